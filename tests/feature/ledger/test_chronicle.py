"""The history over a period, as it was committed: whole lives, whatever the database."""

from datetime import timedelta

import pytest

from bot.reservations.chronicle import Chronicle
from bot.runtime.database import open_database
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
    history = await chronicle.since(NINE + 12 * HOUR)
    assert told(history) == {"L2": "LeaseCancelled"}
    assert [each.seq for each in history] == sorted(each.seq for each in history)


async def test_a_longer_period_brings_more(town, chronicle):
    await two_days(town)
    assert set(told(await chronicle.since(NINE))) == {"L1", "L2"}
    assert await chronicle.since(NINE + 48 * HOUR) == []


async def test_what_still_lives_comes_however_old_it_is(town, chronicle):
    ledger = await town.replica()
    await ledger.submit(reserve("L1", hours=8.0), request_id="r1", by="ana")
    assert await chronicle.since(NINE + HOUR) == []
    assert told(await chronicle.since(NINE + HOUR, living=["L1"])) == {"L1": ""}


async def test_another_environment_is_left_out(town, chronicle):
    await two_days(town)
    assert await chronicle.since(NINE, environment="staging") == []
    assert set(told(await chronicle.since(NINE, environment="integration"))) == {"L1", "L2"}


async def test_another_workspace_is_another_matter(town, chronicle):
    await two_days(town)
    assert await Chronicle(chronicle.database, "T2").since(NINE) == []


async def test_what_a_newer_version_wrote_is_left_out(town, chronicle):
    await two_days(town)
    await sql(town, "UPDATE event SET kind = 'LeaseSung' WHERE seq = 1")
    history = await chronicle.since(NINE + 12 * HOUR)
    assert told(history) == {"L2": "LeaseCancelled"}
