"""What services have sent, as the ports LogSource, TraceSource and MetricSource have it, and who has sent it.

Texts leave without secrets: they are looked for here, in the few rows that somebody sees, not in the many that arrive.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Column, Select, TextClause, func, literal, select, union_all
from sqlalchemy.sql.elements import ColumnElement

from bot.ports.telemetry import (
    Found,
    Level,
    LogLine,
    LogQuery,
    RatePoint,
    RateQuery,
    ResourceQuery,
    ResourceSeries,
    Span,
    SpanQuery,
    Window,
)
from bot.runtime.database import Database
from bot.telemetry import amounts, links, rows
from bot.telemetry.durations import points, slot_of
from bot.telemetry.moments import US, from_us, to_us
from bot.telemetry.spans import SERVER
from bot.telemetry.tables import ERRORS, FAILED, LINE, ORIGIN, RATE, ROOT, SPAN, VISIT

MOST = 1_000
"""Items of one answer, whatever was asked for."""
MOST_BARE = 5_000
"""Of those without attributes, which are most of what is read and searched for secrets."""
BESIDES = frozenset({"attributes", "events", "folded"})
"""Columns that a bare item does without."""
MOST_APART = 100
"""Origins that are looked through one by one, each by its index; above that all are looked through by time."""
MOST_OF_A_TRACE = 10_000
MOST_LOOKED_THROUGH = 100_000
"""Lines in which one search looks for a text: about a fifth of a second."""
TRACE_ID_LENGTH = 32

Condition = ColumnElement[bool] | TextClause
Wish = Select[*tuple[Any, ...]]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A version of a service that sends. since: from when on it has been this version."""

    service: str
    environment: str
    version: str
    since: datetime
    last_seen: datetime


BESIDE = timedelta(minutes=2)
"""Versions heard so close together run beside each other, as while one replaces the other."""


def running(heard: Iterable[Heard]) -> tuple[Heard, ...]:
    """Of each service and environment the version heard last, and those that run beside it, the latest first. Pure.

    What does not say its version, such as a log shipper, counts only where nothing else does.
    """
    places: defaultdict[tuple[str, str], list[Heard]] = defaultdict(list)
    for each in sorted(heard, key=lambda each: (bool(each.version), each.last_seen), reverse=True):
        if not places[each.service, each.environment] or each.version:
            places[each.service, each.environment].append(each)
    return tuple(each for place in places.values() for each in place if each.last_seen > place[0].last_seen - BESIDE)


class StoredTelemetry:
    """Implements LogSource, TraceSource and MetricSource. root: the address of this Signalbox, for links.

    known_as: what people call who sends under a name; links bear that. looked_through: lines in which one search
    looks for a text. Every method that waits raises Unavailable.
    """

    def __init__(
        self,
        database: Database,
        root: str,
        *,
        known_as: Callable[[str], str] = str,
        looked_through: int = MOST_LOOKED_THROUGH,
    ) -> None:
        self._database, self._root, self._looked_through = database, root, looked_through
        self._known_as = known_as

    async def logs(self, query: LogQuery) -> Found[LogLine]:
        """A text is looked for in about 100,000 lines: `until` says where that was not all of them."""
        origins = await self._origins(query.services, query.environment)
        until = await self._far_enough(query, origins) if query.text and not query.trace_id else None
        start, end = _cut(query, until)
        wanted: list[Condition] = [LINE.c.at >= to_us(start), LINE.c.at < to_us(end)]
        if query.level:
            wanted.append(ERRORS if query.level is Level.ERROR else LINE.c.level >= int(query.level))
        if query.text:
            wanted.append(_holds(query.text))
        if query.trace_id:
            if (trace_id := _bytes_of(query.trace_id)) is None:
                return Found(())
            wanted.append(LINE.c.trace_id == trace_id)
        limit, order = _most(query), (-1 if query.newest_first else 1)
        found = await self._all(_in_time(LINE.c.at, wanted, origins, limit=limit + 1, order=order, bare=query.bare))
        more = len(found) > limit
        items = tuple(rows.line(row, bare=query.bare) for row in found[:limit])
        return Found(items, more=more or until is not None, until=None if more else until)

    def logs_link(self, query: LogQuery) -> str:
        return links.logs(self._root, replace(query, services=self._known(query.services)))

    async def trace(self, trace_id: str, around: Window | None = None) -> tuple[Span, ...]:  # noqa: ARG002 - others need to know when
        """At most 10,000 spans, the earliest."""
        if (key := _bytes_of(trace_id)) is None:
            return ()
        wanted = _with_origin(SPAN).where(SPAN.c.trace_id == key).order_by(SPAN.c.start, SPAN.c.id)
        found = await self._all(wanted.limit(MOST_OF_A_TRACE))
        return tuple({row["span_id"]: rows.span(row) for row in found}.values())

    async def spans(self, query: SpanQuery) -> Found[Span]:
        wanted: list[Condition] = [SPAN.c.start >= to_us(query.window.start), SPAN.c.start < to_us(query.window.end)]
        wanted += [FAILED] if query.failed_only else []
        wanted += [ROOT] if query.roots_only else []
        wanted += [SPAN.c.kind == SERVER] if query.served_only else []
        if query.name:
            wanted.append(SPAN.c.name == query.name)
        if query.slower_than is not None:
            wanted.append(SPAN.c.duration >= query.slower_than // US)
        limit = _most(query)
        origins = await self._origins(query.services, query.environment)
        found = await self._all(_in_time(SPAN.c.start, wanted, origins, limit=limit + 1, order=-1, bare=query.bare))
        return Found(tuple(rows.span(row, bare=query.bare) for row in found[:limit]), more=len(found) > limit)

    def trace_link(self, trace_id: str, at: datetime) -> str:  # noqa: ARG002 - others need to know when
        return links.trace(self._root, trace_id)

    def spans_link(self, query: SpanQuery) -> str:
        return links.spans(self._root, replace(query, services=self._known(query.services)))

    async def rates(self, query: RateQuery, services: Sequence[str] = ()) -> tuple[RatePoint, ...]:
        """Steps are at least ten seconds long. services: those that count as one, when it sends under several names."""
        origins = await self._origins(services or (query.service,), query.environment)
        wanted = (
            select(RATE.c.source, RATE.c.slot, RATE.c.bucket, func.sum(RATE.c.requests), func.sum(RATE.c.errors))
            .where(RATE.c.origin.in_(origins or ()))
            .where(RATE.c.slot >= slot_of(to_us(query.window.start)), RATE.c.slot < to_us(query.window.end))
            .group_by(RATE.c.source, RATE.c.slot, RATE.c.bucket)
        )
        async with self._database.read() as session:
            found = await (await session.connection()).execute(wanted)
            counted = [(source, slot, bucket, int(all), int(bad)) for source, slot, bucket, all, bad in found]
        return points(query, counted)

    def rates_link(self, query: RateQuery) -> str:
        return links.rates(self._root, replace(query, service=self._known_as(query.service)))

    async def resources(self, query: ResourceQuery, services: Sequence[str] = ()) -> tuple[ResourceSeries, ...]:
        """Steps are at least ten seconds long. services: as of `rates`."""
        origins = await self._origins(services or (query.service,), query.environment)
        named = amounts.chosen(await self._all(amounts.series_of(origins or ())), query.most)
        found = await self._all(amounts.amounts_of(query, named))
        asked = RateQuery(query.window, query.service, query.environment, query.step)
        return amounts.told(query, named, found, f"{self.rates_link(asked)}#resources")

    async def heard(self) -> tuple[Heard, ...]:
        """Every version of every service that has sent something, by name, the latest first."""
        wanted = select(ORIGIN).order_by(ORIGIN.c.service, ORIGIN.c.environment, ORIGIN.c.last_seen.desc())
        return tuple(map(_heard, await self._all(wanted)))

    async def visits(self, services: Sequence[str]) -> tuple[Heard, ...]:
        """Of these, each time that a version was there, the latest first: twice of one that was gone meanwhile."""
        since, last = (func.coalesce(VISIT.c[name], ORIGIN.c[name]).label(name) for name in ("since", "last_seen"))
        origins = ORIGIN.outerjoin(VISIT, VISIT.c.origin == ORIGIN.c.id)  # what was heard by an older release has none
        wanted = (
            select(ORIGIN.c.service, ORIGIN.c.environment, ORIGIN.c.version, since, last)
            .select_from(origins)
            .where(ORIGIN.c.service.in_(services))
            .order_by(last.desc(), since.desc(), ORIGIN.c.id)
        )
        return tuple(map(_heard, await self._all(wanted)))

    async def running_versions(self) -> tuple[Heard, ...]:
        """What runs where, as far as it is heard."""
        return running(await self.heard())

    def _known(self, services: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self._known_as, services)))

    async def _far_enough(self, query: LogQuery, origins: Sequence[int] | None) -> datetime | None:
        """How far to look for a text: as far as there are so many lines, which an index counts; None when through."""
        start, end = to_us(query.window.start), to_us(query.window.end)
        each = [None] if origins is None or len(origins) > MOST_APART else origins
        newest = query.newest_first
        stops: list[int] = []
        for origin in each:
            lines = select(LINE.c.at).where(LINE.c.at >= start, LINE.c.at < end)
            lines = lines if origin is None else lines.where(LINE.c.origin == origin)
            ordered = lines.order_by(LINE.c.at.desc() if newest else LINE.c.at).offset(
                self._looked_through // max(len(each), 1)
            )
            stops += [row["at"] for row in await self._all(ordered.limit(1))]
        return from_us(max(stops) if newest else min(stops)) if stops else None

    async def _origins(self, services: Sequence[str], environment: str) -> list[int] | None:
        """Their ids; None when all are meant."""
        if not services and not environment:
            return None
        wanted = select(ORIGIN.c.id)
        if services:
            wanted = wanted.where(ORIGIN.c.service.in_(services))
        if environment:
            wanted = wanted.where(ORIGIN.c.environment == environment)
        return [row["id"] for row in await self._all(wanted)]

    async def _all(self, wanted: Wish) -> Sequence[Row]:
        async with self._database.read() as session:
            found = (await (await session.connection()).execute(wanted)).mappings().all()
        return cast("Sequence[Row]", found)


def _heard(row: Row) -> Heard:
    since, last = from_us(row["since"]), from_us(row["last_seen"])
    return Heard(row["service"], row["environment"], row["version"], since, last)


def _most(query: LogQuery | SpanQuery) -> int:
    return min(query.limit, MOST_BARE if query.bare else MOST)


def _with_origin(table: Any) -> Wish:
    return select(table, ORIGIN.c.service, ORIGIN.c.environment, ORIGIN.c.version).join(
        ORIGIN, ORIGIN.c.id == table.c.origin
    )


def _in_time(
    at: Column[Any],
    wanted: Sequence[Condition],
    origins: Sequence[int] | None,
    *,
    limit: int,
    order: int,
    bare: bool = False,
) -> Wish:
    """The first rows by time. Of several origins, the first of each by its own index, and then of those the first."""
    table = at.table
    every = select(*(column for column in table.c if not (bare and column.name in BESIDES)))
    if origins is None or len(origins) > MOST_APART:
        found = every.where(*wanted, *([] if origins is None else [table.c.origin.in_(origins)]))
        first = _ordered(found, at, table.c.id, order).limit(limit).subquery()
    else:
        each = [
            _ordered(every.where(*wanted, table.c.origin == origin), at, table.c.id, order).limit(limit)
            for origin in origins
        ]
        nothing = every.where(literal(value=False))
        first = union_all(*(select(one.subquery()) for one in (each or [nothing]))).subquery()
    return _ordered(_with_origin(first), first.c[at.name], first.c.id, order).limit(limit)


def _cut(query: LogQuery, until: datetime | None) -> tuple[datetime, datetime]:
    """The window as far as it is looked at."""
    start, end = query.window.start, query.window.end
    if until is None:
        return start, end
    return (until + US, end) if query.newest_first else (start, until)


def _ordered(wanted: Wish, at: Any, id: Any, order: int) -> Wish:
    return wanted.order_by(at.desc(), id.desc()) if order < 0 else wanted.order_by(at, id)


def _holds(text: str) -> Condition:
    """Somewhere in the message, whatever the letter case: LIKE is quicker to look through the rows of a time than an
    index of three-letter words is to keep (ADR 0012).
    """
    return func.coalesce(LINE.c.folded, LINE.c.message).icontains(text.casefold(), autoescape=True)


def _bytes_of(trace_id: str) -> bytes | None:
    try:
        return bytes.fromhex(trace_id) if len(trace_id) == TRACE_ID_LENGTH else None
    except ValueError:
        return None
