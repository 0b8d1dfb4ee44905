"""From a row in SQL to a task that ran, on a real Valkey and SQLite."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
import pytest_asyncio

from bot.errors import Unavailable
from bot.runtime.calendar import Calendar, Entry
from bot.runtime.database import Database
from bot.runtime.jobs import Job, prune, put
from bot.runtime.relay import CLAIM, Relay
from bot.runtime.work import open_work
from tests.support.waiting import eventually

NOW = datetime(2026, 1, 5, 9, 30, 20, tzinfo=UTC)


class FakeClock:
    def __init__(self):
        self.time = NOW

    def now(self):
        return self.time


class FakeJobs:
    def __init__(self):
        self.taken, self.away = [], False

    async def enqueue(self, job):
        if self.away:
            raise Unavailable("away")
        self.taken.append(job)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def jobs():
    return FakeJobs()


@pytest.fixture
def relay(database, jobs, clock):
    return Relay(database, jobs, clock, workspace="test")


async def write(database, *jobs, workspace="test"):
    await database.transact(lambda session: put(session, workspace, jobs, now=NOW))


async def test_a_committed_job_is_handed_on_once_with_its_arguments(database, relay, jobs):
    job = Job("event-7", "announce", {"lease": "L1"})
    await write(database, job)
    await write(database, job)
    assert await relay.hand_over() == 1
    assert await relay.hand_over() == 0
    assert jobs.taken == [job]


async def test_a_job_whose_transaction_failed_is_never_handed_on(database, relay):
    def fail(session):
        put(session, "test", [Job("1", "announce")], now=NOW)
        raise ZeroDivisionError

    with contextlib.suppress(ZeroDivisionError):
        await database.transact(fail)
    assert await relay.hand_over() == 0


async def test_a_job_that_the_queue_did_not_take_is_handed_on_later(database, relay, jobs, clock):
    await write(database, Job("1", "announce"))
    jobs.away = True
    with pytest.raises(Unavailable):
        await relay.hand_over()
    jobs.away = False
    assert await relay.hand_over() == 0, "claimed by somebody who may still be at it"
    clock.time += CLAIM + timedelta(seconds=1)
    assert await relay.hand_over() == 1


class Counting:
    """A database that counts the transactions which keep others from writing."""

    def __init__(self, database):
        self.read, self._transact, self.writes = database.read, database.transact, 0

    async def transact(self, work):
        self.writes += 1
        return await self._transact(work)


async def test_where_nothing_waits_nobody_is_kept_from_writing(database, jobs, clock):
    counting = Counting(database)
    assert await Relay(cast("Database", counting), jobs, clock, workspace="test").hand_over() == 0
    assert counting.writes == 0


async def test_what_was_handed_on_is_forgotten_and_what_waits_is_not(database, relay, jobs):
    await write(database, Job("1", "announce"))
    await relay.hand_over()
    await write(database, Job("2", "announce"))
    await database.transact(lambda session: prune(session, "test", before=NOW))
    await write(database, Job("1", "announce"), Job("2", "announce"))
    assert await relay.hand_over() == 2
    assert [job.id for job in jobs.taken] == ["1", "1", "2"]


async def test_each_workspace_hands_on_its_own_jobs(database, relay):
    await write(database, Job("1", "announce"), workspace="another")
    assert await relay.hand_over() == 0


async def test_whoever_commits_wakes_the_relay(database, relay, jobs):
    running = asyncio.create_task(relay.run())
    await asyncio.sleep(0.05)
    await write(database, Job("1", "announce"))
    relay.wake()
    await eventually(lambda: len(jobs.taken) == 1)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_what_an_earlier_process_left_is_handed_on_at_the_start(database, relay, jobs):
    await write(database, *(Job(str(number), "announce") for number in range(120)))
    running = asyncio.create_task(relay.run())
    await eventually(lambda: len(jobs.taken) == 120)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert [job.id for job in jobs.taken] == sorted(str(number) for number in range(120))


class Tasks:
    """Two tasks that say what they did; `gate` holds the slow one back."""

    def __init__(self):
        self.done, self.started, self.gate = [], [], asyncio.Event()

    async def quick(self, arguments):
        self.done.append(arguments["id"])

    async def slow(self, arguments):
        self.started.append(arguments["id"])
        await self.gate.wait()
        self.done.append(arguments["id"])

    async def shaky(self, arguments):
        self.started.append(arguments["id"])
        if len(self.started) < 2:
            raise ValueError("first time")
        self.done.append(arguments["id"])


@pytest.fixture
def tasks():
    return Tasks()


@pytest_asyncio.fixture
async def work(valkey, tasks):
    known = {"quick": tasks.quick, "slow": tasks.slow, "shaky": tasks.shaky}
    async with open_work(valkey.url, workspace="test", tasks=known) as opened:
        yield opened


async def test_a_job_is_done_by_the_task_of_its_name(work, tasks):
    await work.enqueue(Job("1", "quick", {"id": "a"}))
    running = asyncio.create_task(work.run())
    await eventually(lambda: tasks.done == ["a"])
    await work.drain()
    await running


async def test_two_jobs_with_one_id_are_one_job(work, tasks):
    for _ in range(3):
        await work.enqueue(Job("1", "quick", {"id": "a"}))
    running = asyncio.create_task(work.run())
    await eventually(lambda: tasks.done)
    await work.drain()
    await running
    assert tasks.done == ["a"]


async def test_draining_waits_for_the_job_that_runs(work, tasks):
    await work.enqueue(Job("1", "slow", {"id": "a"}))
    running = asyncio.create_task(work.run())
    await eventually(lambda: tasks.started)
    draining = asyncio.create_task(work.drain())
    await asyncio.sleep(0.1)
    assert not draining.done()
    tasks.gate.set()
    async with asyncio.timeout(30):
        await draining
        await running
    assert tasks.done == ["a"]


async def test_a_task_that_fails_is_tried_again(work, tasks):
    await work.enqueue(Job("1", "shaky", {"id": "a"}))
    running = asyncio.create_task(work.run())
    await eventually(lambda: tasks.done == ["a"])
    await work.drain()
    await running


HOURLY = Entry("prune", every=timedelta(hours=1))


@pytest.fixture
def calendar(redis, keys, jobs, clock):
    return lambda *entries: Calendar(entries, redis, keys, jobs, clock)


async def test_replicas_fire_each_slot_once_between_them(calendar, jobs, clock):
    replicas = [calendar(HOURLY) for _ in range(3)]
    assert sum(await asyncio.gather(*(each.fire(HOURLY) for each in replicas))) == 1
    clock.time += timedelta(hours=1)
    assert sum(await asyncio.gather(*(each.fire(HOURLY) for each in replicas))) == 1
    assert [job.id for job in jobs.taken] == ["prune:20260105T090000Z", "prune:20260105T100000Z"]


async def test_a_firing_that_the_queue_did_not_take_may_be_claimed_again(calendar, jobs):
    jobs.away = True
    with pytest.raises(Unavailable):
        await calendar(HOURLY).fire(HOURLY)
    jobs.away = False
    assert await calendar(HOURLY).fire(HOURLY)


async def test_a_start_makes_up_for_the_newest_slot_that_was_missed(calendar, jobs):
    started = calendar(HOURLY, Entry("daily", cron="0 3 * * *"))
    await started.start()
    await started.stop()
    assert [job.name for job in jobs.taken] == ["prune"], "three o'clock is too long ago"


@pytest.mark.parametrize(
    ("entry", "slot"),
    [
        (HOURLY, datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (Entry("e", every=timedelta(seconds=15)), datetime(2026, 1, 5, 9, 30, 15, tzinfo=UTC)),
        (Entry("e", cron="30 9 * * 1"), None),
        (Entry("e", cron="30 9 * * mon"), datetime(2026, 1, 5, 9, 30, tzinfo=UTC)),
        (Entry("e", cron="0 3 * * *", late=timedelta(hours=12)), datetime(2026, 1, 5, 3, tzinfo=UTC)),
        (Entry("e", cron="0 3 * * *"), None),
    ],
)
def test_the_newest_slot_is_the_same_for_every_replica(entry, slot):
    assert entry.latest(NOW) == slot


async def test_the_calendar_fires_by_itself(calendar, jobs, clock):
    often = Entry("often", every=timedelta(seconds=0.2), late=timedelta(seconds=1))
    started = calendar(often)
    await started.start()
    clock.time += timedelta(seconds=1)
    await eventually(lambda: len(jobs.taken) >= 2)
    await started.stop()
