"""What is kept, and for how long, on SQLite and on PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from bot.ports.telemetry import Level, LogLine, LogQuery, RateQuery, ResourceQuery, Span, SpanQuery, Window
from bot.runtime.clock import WallClock
from bot.telemetry.amounts import MOST_PARTS, MOST_SERIES
from bot.telemetry.intake import Overloaded
from bot.telemetry.moments import US
from bot.telemetry.queries import Heard, StoredTelemetry, running
from bot.telemetry.retention import Kept, Retention
from bot.telemetry.store import open_store
from bot.telemetry.tables import AMOUNT, COUNTER, SERIES, VOLUME
from bot.telemetry.values import Limits, Signal
from tests.support.stores import BOTH
from tests.support.telemetry import a_telemetry_town, counter, gauge, nanos, resource

NOW = datetime.now(UTC)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
AROUND = Window(NOW - DAY, NOW + MINUTE)


class Later:
    """A clock that a test sets."""

    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at


def a_span(number, **differs):
    facts = {"trace_id": f"{number:032x}", "span_id": f"{number:016x}", "parent_id": "", "service": "orders", "name": "GET",
             "kind": "server", "start": NOW - MINUTE, "duration": MINUTE / 60, "environment": "integration"} | differs  # fmt: skip
    return Span(**facts)


@BOTH
async def test_everything_is_found_again(database_url):
    async with a_telemetry_town(database_url) as town:
        await town.spans(a_span(1, failed=True), a_span(2))
        await town.lines(LogLine(NOW, "orders", Level.ERROR, "ÄÖÜ 50%", f"{1:032x}", f"{1:016x}"))
        found = await town.stored.spans(SpanQuery(AROUND, ("orders", "payments"), failed_only=True, roots_only=True))
        assert [span.span_id for span in found.items] == [f"{1:016x}"]
        lines = await town.stored.logs(LogQuery(AROUND, ("orders",), level=Level.ERROR, text="äöü 50%"))
        assert [line.message for line in lines.items] == ["ÄÖÜ 50%"]
        (point,) = await town.stored.rates(RateQuery(AROUND, "orders", step=2 * DAY))
        assert (point.requests, point.errors) == (2, 1)


@BOTH
async def test_histograms_of_a_service_add_up(database_url):
    now = datetime.now(UTC)  # a series that began long before it is heard of would count from then on

    def counted(*counts, at):
        point = {"startTimeUnixNano": nanos(now - MINUTE), "timeUnixNano": nanos(at), "explicitBounds": [0.1, 1],
                 "bucketCounts": list(map(str, counts)), "count": str(sum(counts))}  # fmt: skip
        histogram = {"aggregationTemporality": 2, "dataPoints": [point]}
        metric = {"name": "http.server.request.duration", "unit": "s", "histogram": histogram}
        return {"resourceMetrics": [{"resource": resource("orders"), "scopeMetrics": [{"metrics": [metric]}]}]}

    async with a_telemetry_town(database_url) as town:
        for minute, counts in enumerate(((3, 0, 0), (3, 2, 0), (3, 2, 1))):
            await town.send(Signal.METRICS, counted(*counts, at=now - (3 - minute) * MINUTE / 6))
        (point,) = await town.stored.rates(RateQuery(Window(now - DAY, now + MINUTE), "orders", step=2 * DAY))
    assert point.requests == 6


@BOTH
async def test_what_is_too_old_or_too_much_is_forgotten(database_url):
    async with a_telemetry_town(database_url) as town:
        await town.spans(a_span(1, start=NOW - DAY / 2), a_span(2))
        await town.lines(LogLine(NOW - DAY / 2, "orders", Level.INFO, "old"), LogLine(NOW, "orders", Level.INFO, "new"))
        assert await Retention(town.database, WallClock(), Kept(DAY / 4, 10**9)).prune() == 2
        assert [span.span_id for span in (await town.stored.spans(SpanQuery(AROUND))).items] == [f"{2:016x}"]
        assert [line.message for line in (await town.stored.logs(LogQuery(AROUND))).items] == ["new"]
        assert await Retention(town.database, WallClock(), Kept(DAY / 4, 10)).prune() == 2
        assert (await town.stored.spans(SpanQuery(AROUND))).items == ()


@BOTH
async def test_what_services_use_up_is_kept_within_bounds_and_forgotten_with_the_rest(database_url):
    async with a_telemetry_town(database_url) as town:
        many = [gauge(f"mine.{n}", "1", NOW, {"": 1.0}) for n in range(300)]
        await town.metrics("orders", *many)
        await town.metrics("orders", gauge("process.memory.usage", "By", NOW - DAY / 2, {"": 1e6}))
        await town.metrics("orders", gauge("process.memory.usage", "By", NOW, {"": 2e6}))
        query = ResourceQuery(AROUND, "orders", step=DAY / 24, most=1_000)
        assert len(found := await town.stored.resources(query)) == MOST_SERIES // 2 + 1
        assert [each.value for each in found[0].amounts] == [1e6, 2e6]
        await Retention(town.database, WallClock(), Kept(DAY / 4, 10**9)).prune()
        (memory,) = await town.stored.resources(replace(query, most=1))
        assert [each.value for each in memory.amounts] == [2e6]
        await Retention(town.database, WallClock(), Kept(DAY / 4, 10)).prune()
        assert await town.stored.resources(query) == ()


@BOTH
async def test_parts_that_count_by_themselves_are_added_up(database_url):
    began = NOW - 2 * MINUTE
    async with a_telemetry_town(database_url) as town:
        for minute, (user, system) in enumerate([(1_000.0, 10.0), (1_006.0, 13.0)]):
            told = counter(
                "process.cpu.time", "s", began + minute * MINUTE, {"user": user, "system": system}, began - DAY
            )
            later = told["sum"]["dataPoints"][1]
            later["timeUnixNano"] = nanos(began + minute * MINUTE + MINUTE / 60_000)
            await town.metrics("orders", told)
        (cpu,) = await town.stored.resources(ResourceQuery(AROUND, "orders", step=DAY))
    assert [round(each.value, 6) for each in cpu.amounts] == [0.15]


@BOTH
async def test_what_finds_no_room_leaves_nothing_behind_and_what_is_gone_makes_room(database_url):
    async with a_telemetry_town(database_url) as town:
        await town.metrics("orders", *(counter(f"mine.{n}", "1", NOW, {"": 1.0}, NOW - DAY) for n in range(300)))
        assert (await rows(town, COUNTER), await rows(town, SERIES)) == (MOST_SERIES // 2,) * 2
        before = await volume(town)
        await town.metrics("orders", gauge("mine.another", "1", NOW, {"": 1.0}))
        assert (await rows(town, AMOUNT), await volume(town)) == (0, before)
        parts = {f"{n:04}": 1.0 for n in range(MOST_PARTS + 5)}
        await town.metrics("orders", counter("process.cpu.time", "s", NOW, parts, NOW - DAY))
        assert await rows(town, COUNTER) == MOST_SERIES // 2 + MOST_PARTS
        await Retention(town.database, WallClock(), Kept(DAY, 10)).prune()
        assert (await rows(town, COUNTER), await rows(town, SERIES)) == (0, 0)
        await town.metrics("orders", gauge("mine.at_last", "1", NOW, {"": 1.0}))
        assert await rows(town, AMOUNT) == 1


async def rows(town, table):
    async with town.database.read() as session:
        return (await (await session.connection()).execute(select(func.count()).select_from(table))).scalar()


@BOTH
async def test_a_store_of_before_gets_what_is_new_and_loses_nothing(database_url):
    async with a_telemetry_town(database_url) as town:
        await town.spans(a_span(1))
        await town.database.transact(lambda session: AMOUNT.drop(session.connection()))
    async with a_telemetry_town(database_url) as town:
        await town.metrics("orders", gauge("process.memory.usage", "By", NOW, {"": 2e6}))
        assert len(await town.stored.resources(ResourceQuery(AROUND, "orders", step=DAY))) == 1
        assert len((await town.stored.spans(SpanQuery(AROUND))).items) == 1


async def test_a_store_that_is_full_takes_nothing_until_the_oldest_is_forgotten(tmp_path):
    address = f"sqlite+aiosqlite:///{tmp_path}/t.db"
    async with a_telemetry_town(address, limits=Limits(kept=100)) as town:
        await town.spans(a_span(1))
        with pytest.raises(Overloaded):
            await town.spans(a_span(2))


class SetClock:
    """Says what it was told to say."""

    def __init__(self):
        self.at = NOW

    def now(self):
        return self.at


@BOTH
async def test_while_more_and_more_comes_the_latest_minutes_are_kept_and_no_more_than_was_allowed(database_url):
    clock, kept, size = SetClock(), [], 0
    async with a_telemetry_town(database_url, clock=clock) as town:
        for minute in range(6):
            clock.at = NOW + minute * MINUTE
            await town.spans(*(a_span(minute * 100 + n, start=clock.at) for n in range(50)))
            if minute == 0:
                size = await volume(town)
            await Retention(town.database, clock, Kept(DAY, size * 5 // 2)).prune()
            found = (await town.stored.spans(SpanQuery(Window(NOW - DAY, NOW + DAY)))).items
            kept.append({round((span.start - NOW) / MINUTE) for span in found})
            assert await volume(town) <= size * 5 // 2
    assert kept == [{0}, {0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}]


async def volume(town):
    """Bytes that are kept, about."""
    async with town.database.read() as session:
        return (await (await session.connection()).execute(select(func.sum(VOLUME.c.size)))).scalar() or 0


async def test_what_arrives_while_much_is_forgotten_is_written_in_between(tmp_path):
    async with a_telemetry_town(f"sqlite+aiosqlite:///{tmp_path}/t.db") as town:
        await town.spans(*(a_span(n, start=NOW - DAY / 2) for n in range(1, 12_001)))
        forgetting = asyncio.create_task(Retention(town.database, WallClock(), Kept(DAY / 4, 10**9)).prune())
        written = 0
        while not forgetting.done():
            await town.spans(a_span(20_000 + written))
            written += not forgetting.done()
        assert await forgetting == 12_000
        assert written >= 2
        assert len((await town.stored.spans(SpanQuery(AROUND))).items) >= written


@BOTH
@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("services", [(), ("orders", "payments")])
async def test_a_text_is_looked_for_so_far_and_then_further(database_url, newest_first, services):
    lines = [
        LogLine(NOW - MINUTE + n * MINUTE / 60, ("orders", "payments")[n % 2], Level.INFO, "needle" if n in {3, 56} else f"{n}")
        for n in range(60)
    ]  # fmt: skip
    async with a_telemetry_town(database_url) as town:
        await town.lines(*lines)
        stored = StoredTelemetry(town.database, "", looked_through=20)
        query, found, looks = LogQuery(AROUND, services, text="needle", newest_first=newest_first), [], 0
        more = True
        while more:
            answer = await stored.logs(query)
            found, more, looks = found + list(answer.items), answer.more, looks + 1
            if answer.until is not None:
                window = query.window
                rest = Window(window.start, answer.until + US) if newest_first else Window(answer.until, window.end)
                query = replace(query, window=rest)
        assert [line.at for line in found] == [lines[n].at for n in ((56, 3) if newest_first else (3, 56))]
    assert looks == 3


@BOTH
async def test_tables_of_another_version_are_made_anew(database_url):
    async with a_telemetry_town(database_url) as town:
        await town.spans(a_span(1))
    again = await open_store(database_url)
    assert (await StoredTelemetry(again, "").trace(f"{1:032x}"))[0].service == "orders"
    await again.transact(lambda session: session.connection().execute(text("UPDATE telemetry_stamp SET version = 0")))
    await again.close()
    emptied = await open_store(database_url)
    assert await StoredTelemetry(emptied, "").trace(f"{1:032x}") == ()
    await emptied.close()


@BOTH
async def test_two_replicas_open_and_write_at_once(database_url):
    async with a_telemetry_town(database_url) as one, a_telemetry_town(database_url) as other:
        await asyncio.gather(
            *(town.spans(*(a_span(base + n) for n in range(50))) for base, town in ((1, one), (51, other)))
        )
        (point,) = await one.stored.rates(RateQuery(AROUND, "orders", step=2 * DAY))
    assert point.requests == 100


@BOTH
async def test_versions_are_heard_with_since_when(database_url):
    async with a_telemetry_town(database_url) as town:
        await town.spans(a_span(1, version="1.4.2"))
        before = await town.stored.running_versions()
        await town.spans(a_span(2, version="1.4.2"))
        after = await town.stored.running_versions()
    assert [(each.service, each.environment, each.version) for each in after] == [("orders", "integration", "1.4.2")]
    assert after[0].since == before[0].since <= before[0].last_seen <= after[0].last_seen


@BOTH
async def test_a_version_that_is_rolled_back_to_has_been_there_twice(database_url):
    clock = Later(NOW)
    async with a_telemetry_town(database_url, clock=clock) as town:
        for number, version in enumerate(("1.4.1", "1.4.1", "1.5.0", "1.5.0", "1.4.1"), 1):
            await town.spans(a_span(number, version=version, start=clock.now()))
            clock.at += 0.9 * MINUTE
        found = await town.stored.visits(("orders",))
        heard = await town.stored.heard()
        await Retention(town.database, Later(NOW + 2 * MINUTE + DAY), Kept(DAY, 10**9)).prune()
        left = await town.stored.visits(("orders",))
    told = [(each.version, (each.since - NOW) / MINUTE, (each.last_seen - NOW) / MINUTE) for each in found]
    assert told == [("1.4.1", 3.6, 3.6), ("1.5.0", 1.8, 2.7), ("1.4.1", 0, 0.9)]
    assert {found[0], found[1]} == set(heard)
    assert left == found[:2]


class TestRunning:
    def heard(self, version, last, **differs):
        return Heard("orders", "integration", version, NOW - DAY, NOW - last, **differs)

    def test_the_latest_version_runs_and_what_is_heard_beside_it(self):
        found = running([self.heard("1", DAY / 8), self.heard("2", MINUTE), self.heard("3", MINUTE / 2)])
        assert [each.version for each in found] == ["3", "2"]

    def test_what_does_not_say_its_version_counts_where_nothing_else_does(self):
        assert [each.version for each in running([self.heard("", MINUTE / 9), self.heard("2", MINUTE)])] == ["2"]
        assert [each.version for each in running([self.heard("", MINUTE / 9)])] == [""]
