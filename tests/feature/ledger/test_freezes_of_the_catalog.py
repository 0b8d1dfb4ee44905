"""What the catalog says of freezes is in the ledger: from the start on, after each change, once for all replicas."""

import asyncio
from datetime import timedelta

import pytest

from bot.catalog.values import Catalog, Environment, Freeze
from bot.reservations.planning import FreezePlans
from bot.reservations.service import Reservations
from tests.support.ledgers import NINE
from tests.support.waiting import ended, eventually

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = Freeze("restore", 2 * HOUR, start=NINE - HOUR)
NOON = Freeze("lunch", HOUR, cron="0 12 * * *")


class File:
    """A catalog that changes."""

    def __init__(self, *freezes: Freeze) -> None:
        self.say(*freezes)

    def say(self, *freezes: Freeze, name: str = "integration") -> None:
        self.catalog = Catalog({name: Environment(name, freezes=freezes)})

    def __call__(self) -> Catalog:
        return self.catalog


def reasons(ledger, environment="integration"):
    windows = [x for x in ledger.cached().freezes.values() if x.scope.environment == environment]
    return [window.reason for window in sorted(windows, key=lambda window: window.start)]


def plans_of(ledger, file, clock):
    return FreezePlans(Reservations(ledger), file, clock)


@pytest.fixture
def ledger_database(tmp_path):
    """The database's kind makes no difference here."""
    return f"sqlite+aiosqlite:///{tmp_path}/signalbox.db"


@pytest.fixture
def clock(town):
    return town.clock


@pytest.fixture
async def ledger(town):
    return await town.replica()


async def test_a_freeze_that_has_begun_before_the_start_is_obeyed(ledger, clock):
    await plans_of(ledger, File(NOW), clock).plan()
    assert reasons(ledger) == ["restore"]


async def test_planning_again_records_nothing(ledger, clock):
    plans = plans_of(ledger, File(NOON), clock)
    await plans.plan()
    seq = ledger.cached().seq
    await plans.plan()
    assert ledger.cached().seq == seq


async def test_a_new_day_is_planned_and_what_was_planned_stays(ledger, clock):
    plans = plans_of(ledger, File(NOON), clock)
    await plans.plan()
    assert reasons(ledger) == ["lunch"] * 15
    before = set(ledger.cached().freezes)
    clock.advance(DAY)
    ledger.look_at_the_clock()
    await eventually(lambda: len(reasons(ledger)) == 14)
    await plans.plan()
    assert reasons(ledger) == ["lunch"] * 15
    assert len(before & set(ledger.cached().freezes)) == 14


async def test_a_plan_that_comes_back_is_in_force_again(ledger, clock):
    """The request ids of plans are remembered for a day: none may stand for another time's."""
    file = File(NOW)
    plans = plans_of(ledger, file, clock)
    for _ in range(3):
        file.say(NOW)
        await plans.plan()
        assert reasons(ledger) == ["restore"]
        file.say()
        await plans.plan()
        assert reasons(ledger) == []


async def test_an_environment_that_the_catalog_dropped_is_frozen_no_more(ledger, clock):
    file = File(NOW)
    plans = plans_of(ledger, file, clock)
    await plans.plan()
    file.say(name="staging-2")
    await plans.plan()
    assert reasons(ledger) == []


async def test_replicas_that_start_together_plan_once(town, clock):
    replicas = [await town.replica() for _ in range(3)]
    file = File(NOW, NOON)
    await asyncio.gather(*(plans_of(replica, file, clock).plan() for replica in replicas))
    history = await Reservations(replicas[0]).history()
    assert [type(each.event).__name__ for each in history].count("FreezesPlanned") == 1


async def test_a_changed_catalog_is_planned_at_once(ledger, clock):
    file = File()
    plans = plans_of(ledger, file, clock)
    running = asyncio.create_task(plans.run())
    try:
        old = file.catalog
        file.say(NOW)
        await plans.on_changed(old, file.catalog)
        await eventually(lambda: reasons(ledger) == ["restore"])
    finally:
        await ended(running)
