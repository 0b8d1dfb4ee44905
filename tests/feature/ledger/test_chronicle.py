"""The history over a period, as it was committed: whole lives, whatever the database."""

from datetime import timedelta

import pytest

from bot.reservations.chronicle import Chronicle
from bot.reservations.commands import Freeze, PlanFreezes, SetCondition, Thaw, Tick
from bot.reservations.places import FreezeWindow, Kind
from bot.reservations.values import Scope
from bot.runtime.database import open_database
from bot.stats.closures import closures_of
from bot.stats.intervals import common, union
from bot.stats.lives import lives_of
from tests.support.ledgers import NINE, release, reserve, sql

HOUR = timedelta(hours=1)


@pytest.fixture
async def chronicle(town):
    database = await open_database(town.database_url)
    yield Chronicle(database, "T1")
    await database.close()


async def two_days(town):
    """L1 is over on the first day; L2 waits from then on, and holds until the second."""
    ledger = await town.replica()
    await ledger.submit(reserve("L1", hours=8.0), request_id="r1", by="ana")
    await ledger.submit(reserve("L2", "ben"), request_id="r2", by="ben")
    await ledger.submit(release("L1"), request_id="r3", by="ana")
    town.clock.advance(24 * HOUR)
    await ledger.submit(release("L2", "ben"), request_id="r4", by="ben")
    return ledger


def told(history):
    return {life.lease.id: life.ended for life in lives_of(history)}


async def test_a_lease_that_ended_in_the_period_comes_with_its_beginning(town, chronicle):
    await two_days(town)
    history = await chronicle.leases(NINE + 12 * HOUR)
    assert told(history) == {"L2": "LeaseCancelled"}
    assert [each.seq for each in history] == sorted(each.seq for each in history)


async def test_a_longer_period_brings_more(town, chronicle):
    await two_days(town)
    assert set(told(await chronicle.leases(NINE))) == {"L1", "L2"}
    assert await chronicle.leases(NINE + 48 * HOUR) == []


async def test_of_a_period_with_an_end_nothing_later_is_read_and_what_outlasts_it_still_lives(town, chronicle):
    await two_days(town)
    there = {"environment": "integration", "limit": 10}
    history, more = await chronicle.held(NINE, NINE + 12 * HOUR, **there)
    assert (told(history), more) == ({"L1": "LeaseReleased", "L2": ""}, False)
    assert await chronicle.held(NINE - 12 * HOUR, NINE - HOUR, **there) == ([], False)
    outlasting, _more = await chronicle.held(NINE + HOUR, NINE + 12 * HOUR, **there)
    assert told(outlasting) == {"L2": ""}
    assert (await chronicle.held(NINE, NINE + 12 * HOUR, environment="staging", limit=10))[0] == []


async def test_of_many_leases_those_that_began_first_are_read_and_it_is_said_that_there_are_more(town, chronicle):
    await two_days(town)
    where = {"environment": "integration"}
    history, more = await chronicle.held(NINE, NINE + 48 * HOUR, **where, limit=1)
    assert (told(history), more) == ({"L1": "LeaseReleased"}, True)
    history, more = await chronicle.held(NINE, NINE + 48 * HOUR, **where, limit=2)
    assert (set(told(history)), more) == ({"L1", "L2"}, False)


async def test_what_still_lives_comes_however_old_it_is(town, chronicle):
    ledger = await town.replica()
    await ledger.submit(reserve("L1", hours=8.0), request_id="r1", by="ana")
    assert await chronicle.leases(NINE + HOUR) == []
    assert told(await chronicle.leases(NINE + HOUR, living=["L1"])) == {"L1": ""}


async def test_another_environment_is_left_out(town, chronicle):
    await two_days(town)
    assert await chronicle.leases(NINE, environment="staging") == []
    assert set(told(await chronicle.leases(NINE, environment="integration"))) == {"L1", "L2"}


async def test_another_workspace_is_another_matter(town, chronicle):
    await two_days(town)
    assert await Chronicle(chronicle.database, "T2").leases(NINE) == []


async def test_what_a_newer_version_wrote_is_left_out(town, chronicle):
    await two_days(town)
    await sql(town, "UPDATE event SET kind = 'LeaseSung' WHERE seq = 1")
    history = await chronicle.leases(NINE + 12 * HOUR)
    assert told(history) == {"L2": "LeaseCancelled"}


PLACE, PAYMENTS = Scope("integration"), Scope("integration", frozenset(["payments"]))
DAY = 24 * HOUR
DAYS = 20


async def a_month_of_freezes(town):
    """Each night by plan, of which the one of the last day is thawed; a freeze for a fortnight; and one service is
    down from the second day to the last.
    """
    ledger = await town.replica()
    for day in range(DAYS):
        nights = tuple(a_night(NINE + n * DAY) for n in range(day, day + 3))
        acts = {1: [SetCondition(PAYMENTS, Kind.DOWN, "disk", "eli")], 2: [Freeze(a_fortnight(NINE + 2 * DAY))]}
        acts[DAYS - 1] = [Thaw(PLACE, "eli"), SetCondition(PAYMENTS, None, "", "eli")]
        for number, command in enumerate((PlanFreezes("integration", nights), Tick(), *acts.get(day, []))):
            await ledger.submit(command, request_id=f"{day}.{number}", by="eli")
        town.clock.advance(DAY)


def a_night(morning):
    return FreezeWindow(f"F{morning:%d}", PLACE, morning - HOUR, morning + 2 * HOUR, "night", "catalog", planned=True)


def a_fortnight(start):
    return FreezeWindow("FF", PLACE, start, start + 14 * DAY, "release", "eli")


def closed(history, period, *, down):
    found = [each for each in closures_of(history) if each.down is down]
    return common(union((each.start, each.end or period[1]) for each in found), (period,))


async def test_what_closed_a_place_in_the_period_is_known_without_the_years_before(town, chronicle):
    await a_month_of_freezes(town)
    everything = await chronicle.places(NINE - DAY)
    for back in (1, 3, 10):
        period = (NINE + (DAYS - back) * DAY + HOUR, NINE + DAYS * DAY)
        some = await chronicle.places(period[0])
        for down in (True, False):
            assert closed(some, period, down=down) == closed(everything, period, down=down)
    assert len(await chronicle.places(NINE + (DAYS - 1) * DAY)) < len(everything) / 4
