"""What services use up, written by the ten seconds and read by the step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import chain, groupby, islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, select

from bot.ports.telemetry import Amount, ResourceQuery, ResourceSeries
from bot.telemetry.durations import SLOT, slot_of
from bot.telemetry.moments import US, from_us, to_us
from bot.telemetry.resources import HALF, OVERHEAD, per_second, telling, with_room
from bot.telemetry.tables import AMOUNT, COUNTER, SERIES
from bot.telemetry.upserts import parts, upsert
from bot.telemetry.values import Measure

MOST_SERIES = 200
"""Of one version of a service: a sender that thinks of ever new ones cannot fill the disk."""

MOST_PARTS = 1_000
"""Of one metric of an instance that count from a beginning on: one for each set of attributes."""

Told = tuple[int, Sequence[Measure]]
"""The id of an origin, and what it sent."""
Key = tuple[int, str, str]
"""Origin, name, state."""


class Written(NamedTuple):
    """lost: values that found no room. size: about how many bytes the others take."""

    lost: int = 0
    size: int = 0


def write_measures(connection: Connection, sent: Sequence[Told]) -> Written:
    """What finds no room leaves nothing behind."""
    if not sent:
        return Written()
    known = _series(connection, sent)
    kept = [
        (known[key], each)
        for origin, found in sent
        for each in found
        if (key := (origin, each.name, each.state)) in known
    ]
    counting = [one for one in kept if one[1].counter]
    latest = _latest(connection, {each.counter for _, each in counting})
    begun = _begun(connection, {each.counter for _, each in counting} - latest.keys())
    counting = [one for one in counting if one[1].counter in latest or one[1].counter in begun]
    totals: defaultdict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0, 0])
    levels = [(series, slot_of(each.at), each.value) for series, each in kept if not each.counter]
    for series, slot, value in chain(levels, _growth(connection, counting, latest)):
        total = totals[series, slot]
        total[0] += value
        total[1] += 1
    rows = [
        {"series": series, "slot": slot, "total": total, "points": int(points)}
        for (series, slot), (total, points) in sorted(totals.items())
    ]
    upsert(connection, AMOUNT, rows, ("series", "slot"), add=("total", "points"))
    lost = sum(len(found) for _, found in sent) - len(levels) - len(counting)
    return Written(lost, (len(rows) + len(begun)) * OVERHEAD)


def _begun(connection: Connection, new: set[bytes]) -> set[bytes]:
    """Those that are to be counted: as many of each instance's metric as there is room for."""
    found: set[bytes] = set()
    for whose, keys in groupby(sorted(new), key=lambda key: key[:HALF]):
        of = COUNTER.c.key.between(whose, whose + b"\xff" * HALF)
        known = connection.execute(select(func.count()).select_from(COUNTER).where(of)).scalar_one()
        found.update(islice(keys, max(0, MOST_PARTS - known)))
    return found


def _growth(
    connection: Connection, counting: Sequence[tuple[int, Measure]], latest: Mapping[bytes, Measure]
) -> Iterable[tuple[int, int, float]]:
    """Series, slot, and by how much it grew a second: each part since the point before, and all parts together."""
    grown: dict[bytes, Measure] = {}
    rates: defaultdict[tuple[int, int, bytes], float] = defaultdict(float)
    for series, each in counting:
        before = grown.get(each.counter) or latest.get(each.counter)
        if (rate := per_second(before, each)) is not None:
            rates[series, each.told, each.whose] += rate
        if before is None or before.at < each.at:
            grown[each.counter] = each
    rows = [{"key": key, "start": of.start, "at": of.at, "value": of.value} for key, of in sorted(grown.items())]
    upsert(connection, COUNTER, rows, ("key",), replace=("start", "at", "value"))
    return [(series, slot_of(told - 1), rate) for (series, told, _), rate in rates.items()]


def _latest(connection: Connection, keys: set[bytes]) -> dict[bytes, Measure]:
    found: dict[bytes, Measure] = {}
    for some in parts(sorted(keys)):
        for row in connection.execute(select(COUNTER).where(COUNTER.c.key.in_(some))).mappings():
            found[row["key"]] = Measure("", "", "", row["at"], row["value"], row["key"], row["start"])
    return found


def _series(connection: Connection, sent: Sequence[Told]) -> dict[Key, int]:
    """Their ids; new ones are begun where there is room."""
    wanted: dict[Key, str] = {(origin, each.name, each.state): each.unit for origin, found in sent for each in found}
    known = _known(connection, wanted)
    new = [
        {"origin": origin, "name": name, "state": state, "unit": wanted[origin, name, state]}
        for origin in sorted({origin for origin, *_ in wanted})
        for name, state in with_room(_of(origin, known), _of(origin, wanted.keys() - known.keys()), MOST_SERIES)
    ]
    if not new:
        return known
    upsert(connection, SERIES, new, ("origin", "name", "state"), replace=("unit",))
    return _known(connection, wanted)


def _of(origin: int, keys: Iterable[Key]) -> list[tuple[str, str]]:
    return [(name, state) for whose, name, state in keys if whose == origin]


def _known(connection: Connection, wanted: Iterable[Key]) -> dict[Key, int]:
    """All that those origins have."""
    origins = {origin for origin, *_ in wanted}
    rows = connection.execute(
        select(SERIES.c.id, SERIES.c.origin, SERIES.c.name, SERIES.c.state).where(SERIES.c.origin.in_(origins))
    )
    return {(origin, name, state): id for id, origin, name, state in rows}


def series_of(origins: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """All that they have: id, name, state, unit."""
    return select(SERIES.c.id, SERIES.c.name, SERIES.c.state, SERIES.c.unit).where(SERIES.c.origin.in_(origins))


def chosen(rows: Iterable[Mapping[str, Any]], most: int) -> dict[int, tuple[str, str]]:
    """Of those the ones that tell most: by id, metric and unit as the port has them. Pure."""
    by_name: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        by_name[row["name"]].append(row)
    named = {
        row["id"]: (f"{name}[{row['state']}]" if row["state"] else name, row["unit"])
        for name in telling(by_name)
        for row in sorted(by_name[name], key=lambda row: row["state"])
    }
    kept = set(list(dict.fromkeys(metric for metric, _ in named.values()))[:most])
    return {id: told for id, told in named.items() if told[0] in kept}


def amounts_of(query: ResourceQuery, ids: Iterable[int]) -> Select[*tuple[Any, ...]]:
    """Series, number of the step, sum and count of its points."""
    start, step = slot_of(to_us(query.window.start)), _step(query)
    place = ((AMOUNT.c.slot - start) // step).label("place")
    return (
        select(
            AMOUNT.c.series, place, func.sum(AMOUNT.c.total).label("total"), func.sum(AMOUNT.c.points).label("points")
        )
        .where(AMOUNT.c.series.in_(ids))
        .where(AMOUNT.c.slot >= start, AMOUNT.c.slot < to_us(query.window.end))
        .group_by(AMOUNT.c.series, place)
    )


def _step(query: ResourceQuery) -> int:
    return max(query.step // US, SLOT)


def told(
    query: ResourceQuery, named: Mapping[int, tuple[str, str]], rows: Iterable[Mapping[str, Any]], link: str
) -> tuple[ResourceSeries, ...]:
    """As the port has it; versions that run beside each other are one. Pure."""
    steps: dict[tuple[str, str], dict[int, tuple[float, int]]] = {told: {} for told in named.values()}
    for row in rows:
        of = steps[named[row["series"]]]
        total, points = of.get(row["place"], (0.0, 0))
        of[row["place"]] = total + row["total"], points + int(row["points"])
    start, step = from_us(slot_of(to_us(query.window.start))), _step(query) * US
    return tuple(
        ResourceSeries(metric, unit, step, _amounts(start, step, of), link)
        for (metric, unit), of in steps.items()
        if of
    )


def _amounts(start: datetime, step: timedelta, of: Mapping[int, tuple[float, int]]) -> tuple[Amount, ...]:
    return tuple(Amount(start + place * step, total / points) for place, (total, points) in sorted(of.items()))
