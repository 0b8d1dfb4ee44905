"""Nothing is promised before SQL has it, and whoever waits hears why."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from bot.errors import Unavailable
from bot.reservations.events import LeaseExpired, LeaseReminded
from bot.reservations.ledger import Patience
from bot.reservations.refusals import HeldByAnother
from tests.support.ledgers import release, reserve


@asynccontextmanager
async def locked(town):
    """Another process writes, and takes its time."""
    engine = create_async_engine(town.database_url)
    sqlite = engine.dialect.name == "sqlite"
    async with engine.connect() as connection:
        await connection.exec_driver_sql("BEGIN IMMEDIATE" if sqlite else "LOCK TABLE ledger IN EXCLUSIVE MODE")
        yield
    await engine.dispose()


async def until(condition, seconds=30):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)


async def test_a_grant_is_not_promised_while_sql_is_locked_and_the_holder_hears_why(town):
    ledger = await town.replica(patience=Patience(tell=0.1))
    heard = []

    async def tell(sentence):
        heard.append(sentence)

    async with locked(town):
        waiting = asyncio.create_task(ledger.submit(reserve("L1"), request_id="r1", by="ana", tell=tell))
        await asyncio.sleep(0.4)
        assert not waiting.done()
        assert "L1" not in (await ledger.current()).leases
    assert "L1" in (await waiting).state.leases
    assert heard == ["Recorded, confirming: the database takes longer than usual."]


async def test_a_refusal_waits_for_what_it_rests_on(town):
    ledger = await town.replica()
    async with locked(town):
        grant = asyncio.create_task(ledger.submit(reserve("L1"), request_id="r1", by="ana"))
        await asyncio.sleep(0.1)
        refusal = asyncio.create_task(ledger.submit(release("L1", "ben"), request_id="r2", by="ben"))
        await asyncio.sleep(0.1)
        assert not refusal.done()
    await grant
    with pytest.raises(HeldByAnother):
        await refusal


async def test_a_refusal_is_never_said_to_be_recorded(town):
    ledger = await town.replica(patience=Patience(tell=0.05, commit=0.3))
    heard = []

    async def tell(sentence):
        heard.append(sentence)

    async with locked(town):
        grant = asyncio.create_task(ledger.submit(reserve("L1"), request_id="r1", by="ana"))
        await asyncio.sleep(0.1)
        with pytest.raises(Unavailable, match="Nothing was changed") as unknown:
            await ledger.submit(release("L1", "ben"), request_id="r2", by="ben", tell=tell)
        assert unknown.value.recorded is False
        assert heard == []
        with pytest.raises(Unavailable, match="not confirmed yet"):
            await grant


async def test_whoever_gives_up_waiting_is_told_that_nobody_knows_yet_and_it_is_committed_all_the_same(town):
    ledger = await town.replica(patience=Patience(tell=0.05, commit=0.1))
    async with locked(town):
        with pytest.raises(Unavailable) as unknown:
            await ledger.submit(reserve("L1"), request_id="r1", by="ana")
        assert unknown.value.recorded is None
    await until(lambda: "L1" in ledger.cached().leases)


async def test_many_that_wait_are_committed_in_one_transaction(town):
    groups = []

    def project(session, steps):
        groups.append(len(steps))

    ledger = await town.replica(project=project)
    async with locked(town):
        waiting = [
            asyncio.create_task(ledger.submit(reserve(f"L{n}", f"p{n}"), request_id=f"r{n}", by=f"p{n}"))
            for n in range(20)
        ]
        await asyncio.sleep(0.2)
    await asyncio.gather(*waiting)
    assert len(groups) <= 3
    assert sum(groups) == 20


async def test_what_follows_is_written_with_the_events_or_not_at_all(town):
    seen = []

    def project(session, steps):
        seen.extend(steps)

    ledger = await town.replica(project=project)
    outcome = await ledger.submit(reserve("L1"), request_id="r1", by="ana")
    [step] = seen
    assert step.recorded == outcome.recorded[0]
    assert step.before.leases == {}
    assert step.after.leases == outcome.state.leases


async def test_a_replica_hears_of_what_another_one_promised(town):
    one, other = await town.replica(), await town.replica()
    await one.submit(reserve("L1"), request_id="r1", by="ana")
    await until(lambda: "L1" in other.cached().leases)


async def test_a_board_shows_what_any_replica_has_promised(town):
    one, other = await town.replica(), await town.replica(run=False)
    await one.submit(reserve("L1"), request_id="r1", by="ana")
    assert "L1" in (await other.current()).leases


async def test_what_falls_due_is_recorded_once_though_every_replica_keeps_the_time(town):
    one, other = await town.replica(), await town.replica()
    await one.submit(reserve("L1", hours=1), request_id="r1", by="ana")
    await until(lambda: "L1" in other.cached().leases)
    town.clock.advance(timedelta(minutes=50))
    one.look_at_the_clock()
    other.look_at_the_clock()
    await until(lambda: one.cached().leases["L1"].reminded)
    town.clock.advance(timedelta(minutes=10))
    one.look_at_the_clock()
    other.look_at_the_clock()
    await until(lambda: not one.cached().leases)
    history = await one.history(lease_id="L1")
    assert [type(recorded.event) for recorded in history[1:]] == [LeaseReminded, LeaseExpired]
