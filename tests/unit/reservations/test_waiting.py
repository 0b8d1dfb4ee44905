"""Many wait for changes; nobody is woken by what does not concern them."""

import asyncio
from datetime import timedelta

import pytest

from bot.reservations.state import State
from bot.reservations.values import Lease, Status
from bot.reservations.waiting import Changes
from tests.support.ledgers import NINE, wanted
from tests.support.timing import assert_takes


class World:
    """A state that a test changes, and whoever waits for that."""

    def __init__(self):
        self.state = State()
        self.changes = Changes(lambda: self.state)

    def put(self, id, status):
        lease = Lease(wanted(id), status, 1, asked=NINE, since=NINE)
        self.state = self.state.at_event(self.state.seq + 1, NINE).having(lease)
        self.changes.wake()


@pytest.fixture
def world():
    return World()


async def _turns():
    """Many more turns of the loop than it takes to wake somebody."""
    for _ in range(50):
        await asyncio.sleep(0)


async def _settled(task):
    await _turns()
    return task.done()


async def test_a_waiter_goes_on_when_its_own_lease_changes_and_not_before(world):
    world.put("a", Status.QUEUED)
    waiting = asyncio.create_task(world.changes.changed("a", Status.QUEUED, 10))
    assert not await _settled(waiting)
    world.put("b", Status.ACTIVE)
    assert not await _settled(waiting)
    world.put("a", Status.ACTIVE)
    assert await _settled(waiting)


async def test_an_end_is_a_change(world):
    world.put("a", Status.QUEUED)
    waiting = asyncio.create_task(world.changes.changed("a", Status.QUEUED, 10))
    await asyncio.sleep(0)
    world.state = world.state.at_event(9, NINE + timedelta(hours=1)).lacking("a")
    world.changes.wake()
    assert await _settled(waiting)


async def test_what_changed_between_the_look_and_the_wait_is_not_missed(world):
    world.put("a", Status.ACTIVE)
    async with asyncio.timeout(5):
        await world.changes.changed("a", Status.QUEUED, 10)


async def test_a_stop_lets_everybody_go_and_keeps_nobody_any_more(world):
    world.put("a", Status.QUEUED)
    waiting = asyncio.create_task(world.changes.changed("a", Status.QUEUED, 10))
    await asyncio.sleep(0)
    await world.changes.close()
    assert await _settled(waiting)
    async with asyncio.timeout(5):
        await world.changes.changed("a", Status.QUEUED, 10)


async def test_a_thousand_waiters_cost_a_commit_little_and_leave_nothing_behind(world):
    for number in range(1000):
        lease = Lease(wanted(str(number)), Status.QUEUED, number, asked=NINE, since=NINE)
        world.state = world.state.at_event(number + 1, NINE).having(lease)
    waiting = [asyncio.create_task(world.changes.changed(str(number), Status.QUEUED, 10)) for number in range(1000)]
    await _turns()
    assert_takes(lambda: world.put("0", Status.ACTIVE), at_most=0.1)
    assert await _settled(waiting[0])
    assert [task for task in waiting[1:] if task.done()] == []
    for task in waiting[1:]:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert world.changes._waiting == {}
