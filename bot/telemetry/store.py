"""The tables, opened and written. One transaction takes what many requests brought."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

import msgspec
from sqlalchemy import Connection, Table, func, insert, inspect, select, text
from sqlmodel import Session

from bot.runtime.database import Database, open_database
from bot.runtime.metrics import TELEMETRY_ITEMS
from bot.telemetry.amounts import write_measures
from bot.telemetry.durations import slot_of
from bot.telemetry.histograms import since
from bot.telemetry.tables import LINE, METADATA, ORIGIN, RATE, SPAN, STAMP, STREAM, VERSION, VISIT, VOLUME
from bot.telemetry.upserts import parts, upsert
from bot.telemetry.values import Counted, Group, Origin, Row, Signal, Source, Stream

MINUTE = 60 * 10**6
SILENT = MINUTE
"""Microseconds. A version that was silent for longer, while another one was heard, has been replaced by it."""

RECENT = 5 * MINUTE
_OPENING = 7_301_944
"""The number of the lock under which replicas open the store one after the other."""


async def open_store(address: str) -> Database:
    """The tables of this version, made where there are none and made anew where others are. Raises Unavailable."""
    database = await open_database(address, durable=False)
    await database.transact(lambda session: _prepare(session.connection()))
    return database


def _prepare(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _OPENING})
    found = inspect(connection).has_table(STAMP.name) and connection.execute(select(STAMP.c.version)).scalar()
    if found != VERSION:
        METADATA.drop_all(connection)
    METADATA.create_all(connection)  # a table that is new stands beside those that are there
    if found != VERSION:
        connection.execute(insert(STAMP).values(version=VERSION))


def write(session: Session, groups: Sequence[Group], now: int) -> int:
    """Everything, or nothing; about how many bytes are kept now. now: microseconds."""
    connection = session.connection()
    ids = _origins(connection, {group.origin for group in groups}, now)
    spans, lines = list[Row](), list[Row]()
    requests: Counter[tuple[int, Counted]] = Counter()
    errors: Counter[tuple[int, Counted]] = Counter()
    for group in groups:
        origin = ids[group.origin]
        spans += _with_origin(group.spans, origin)
        lines += _with_origin(group.lines, origin)
        requests.update({(origin, counted): count for counted, count in group.requests.items()})
        errors.update({(origin, counted): count for counted, count in group.errors.items()})
    for table, rows in ((SPAN, spans), (LINE, lines)):
        if rows:
            _insert(connection, table, rows)
    _grow(_streams(connection, groups, ids, now), requests, errors)
    _count_rates(connection, requests, errors)
    written = write_measures(connection, [(ids[group.origin], group.measures) for group in groups if group.measures])
    TELEMETRY_ITEMS.labels(Signal.METRICS, "too many series").inc(written.lost)
    _add_volume(connection, now, sum(group.size for group in groups) + written.size)
    return int(connection.execute(select(func.sum(VOLUME.c.size))).scalar() or 0)


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    """On SQLite without what SQLAlchemy does for each row: these are plain numbers, texts and bytes already."""
    if connection.dialect.name != "sqlite":
        connection.execute(insert(table), rows)
        return
    columns = list(rows[0])
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - names of ours
    connection.exec_driver_sql(statement, list(map(itemgetter(*columns), rows)))


def _with_origin(rows: list[Row], origin: int) -> list[Row]:
    for row in rows:
        row["origin"] = origin
    return rows


def _origins(connection: Connection, sent: set[Origin], now: int) -> dict[Origin, int]:
    """Their ids, made where they are new; with when each was heard last, and since when."""
    services = {origin.service for origin in sent}
    rows = connection.execute(select(ORIGIN).where(ORIGIN.c.service.in_(services))).mappings().all()
    known = {Origin(row["service"], row["environment"], row["version"]): row for row in rows}
    heard: defaultdict[tuple[str, str], int] = defaultdict(int)
    for origin, row in known.items():
        heard[origin[:2]] = max(heard[origin[:2]], row["last_seen"])
    seen: list[Row] = []
    for origin in sorted(sent):
        row = known.get(origin)
        replaced = row is None or heard[origin[:2]] > row["last_seen"] + SILENT
        seen.append({**origin._asdict(), "since": now if row is None or replaced else row["since"], "last_seen": now})
    upsert(connection, ORIGIN, seen, ("service", "environment", "version"), replace=("since", "last_seen"))
    found = connection.execute(
        select(ORIGIN.c.id, ORIGIN.c.service, ORIGIN.c.environment, ORIGIN.c.version).where(
            ORIGIN.c.service.in_(services)
        )
    )
    ids = {Origin(service, environment, version): id for id, service, environment, version in found}
    _visit(connection, ids, seen)
    return ids


def _visit(connection: Connection, ids: Mapping[Origin, int], seen: Sequence[Row]) -> None:
    rows = [
        {
            "origin": ids[Origin(each["service"], each["environment"], each["version"])],
            "since": each["since"],
            "last_seen": each["last_seen"],
        }
        for each in seen
    ]
    upsert(connection, VISIT, sorted(rows, key=itemgetter("origin")), ("origin", "since"), replace=("last_seen",))


Grown = Iterable[tuple[int, Stream, Mapping[tuple[int, bool], int]]]
"""Origin, point, and what it adds."""


def _streams(connection: Connection, groups: Sequence[Group], ids: Mapping[Origin, int], now: int) -> Grown:
    """What points that count from a beginning on add to those before them, which they replace."""
    points = [(ids[group.origin], point) for group in groups for point in group.streams]
    latest = _latest(connection, {point.key for _, point in points})
    grown: list[tuple[int, Stream, Mapping[tuple[int, bool], int]]] = []
    for origin, point in points:
        grown.append((origin, point, since(latest.get(point.key), point, now - RECENT)))
        if point.key not in latest or latest[point.key].at < point.at:
            latest[point.key] = point
    rows = [
        {"key": each.key, "start": each.start, "at": each.at, "counts": _packed(each.counts)}
        for each in sorted(latest.values())
    ]
    upsert(connection, STREAM, rows, ("key",), replace=("start", "at", "counts"))
    return grown


def _latest(connection: Connection, keys: set[bytes]) -> dict[bytes, Stream]:
    latest: dict[bytes, Stream] = {}
    for some in parts(sorted(keys)):
        for key, start, at, counts in connection.execute(
            select(STREAM.c.key, STREAM.c.start, STREAM.c.at, STREAM.c.counts).where(STREAM.c.key.in_(some))
        ):
            latest[key] = Stream(key, start, at, _unpacked(counts))
    return latest


def _packed(counts: Mapping[tuple[int, bool], int]) -> str:
    return msgspec.json.encode([(bucket, failed, count) for (bucket, failed), count in counts.items()]).decode()


def _unpacked(text: str) -> dict[tuple[int, bool], int]:
    found = msgspec.json.decode(text, type=list[tuple[int, bool, int]])
    return {(bucket, failed): count for bucket, failed, count in found}


def _grow(grown: Grown, requests: Counter[tuple[int, Counted]], errors: Counter[tuple[int, Counted]]) -> None:
    for origin, point, counts in grown:
        for (bucket, failed), count in counts.items():
            counted = origin, Counted(Source.METRICS, slot_of(point.at - 1), bucket)
            requests[counted] += count
            if failed:
                errors[counted] += count


def _count_rates(
    connection: Connection, requests: Counter[tuple[int, Counted]], errors: Counter[tuple[int, Counted]]
) -> None:
    rows = [
        {"origin": origin, **counted._asdict(), "requests": count, "errors": errors[origin, counted]}
        for (origin, counted), count in sorted(requests.items())
    ]
    upsert(connection, RATE, rows, ("origin", "source", "slot", "bucket"), add=("requests", "errors"))


def _add_volume(connection: Connection, now: int, size: int) -> None:
    upsert(connection, VOLUME, [{"slot": now - now % MINUTE, "size": size}], ("slot",), add=("size",))
