"""One order for all replicas, each request once."""

import asyncio

import pytest

from bot.errors import Conflict
from bot.reservations.events import LeaseGranted, LeaseOffered, LeaseQueued, LeaseReleased
from bot.reservations.refusals import HeldByAnother
from bot.reservations.values import Status
from tests.support.ledgers import release, reserve


def kinds(outcome):
    return [type(recorded.event) for recorded in outcome.recorded]


async def test_what_is_free_is_granted_and_the_token_is_its_place_in_the_log(town):
    ledger = await town.replica()
    outcome = await ledger.submit(reserve("L1"), request_id="r1", by="ana")
    assert kinds(outcome) == [LeaseGranted]
    assert not outcome.replayed
    assert str(outcome.state.leases["L1"].token) == "1.1"


async def test_two_people_in_the_same_millisecond_one_holds_and_one_queues(town):
    one, other = await town.replica(), await town.replica()
    outcomes = await asyncio.gather(
        one.submit(reserve("L1", "ana"), request_id="r1", by="ana"),
        other.submit(reserve("L2", "ben"), request_id="r2", by="ben"),
    )
    assert sorted(kinds(outcome)[0].__name__ for outcome in outcomes) == ["LeaseGranted", "LeaseQueued"]


async def test_a_replica_decides_upon_what_another_appended(town):
    one, other = await town.replica(), await town.replica()
    await one.submit(reserve("L1", "ana"), request_id="r1", by="ana")
    assert kinds(await other.submit(reserve("L2", "ben"), request_id="r2", by="ben")) == [LeaseQueued]
    freed = await one.submit(release("L1"), request_id="r3", by="ana")
    assert kinds(freed) == [LeaseReleased, LeaseOffered]
    assert freed.state.leases["L2"].status is Status.OFFERED


async def test_concurrent_commands_of_one_process_stand_in_one_order_without_gaps(town):
    ledger = await town.replica()
    outcomes = await asyncio.gather(
        *(ledger.submit(reserve(f"L{n}", f"p{n}"), request_id=f"r{n}", by=f"p{n}") for n in range(50))
    )
    seqs = [recorded.seq for outcome in outcomes for recorded in outcome.recorded]
    assert sorted(seqs) == list(range(1, len(seqs) + 1))
    assert sum(kinds(outcome)[0] is LeaseGranted for outcome in outcomes) == 1


async def test_two_replicas_that_contend_leave_no_gap(town):
    replicas = [await town.replica(), await town.replica()]
    await asyncio.gather(
        *(
            replicas[n % 2].submit(reserve(f"L{n}", f"p{n}", services=f"s{n}"), request_id=f"r{n}", by=f"p{n}")
            for n in range(60)
        )
    )
    events = await replicas[0].history(environment="integration")
    assert [recorded.seq for recorded in events] == list(range(1, 61))
    assert (await replicas[0].current()).leases == (await replicas[1].current()).leases


async def test_a_repeat_answers_with_the_events_of_then_and_the_state_now(town):
    ledger = await town.replica()
    first = await ledger.submit(reserve("L1"), request_id="r1", by="ana")
    await ledger.submit(release("L1"), request_id="r2", by="ana")
    again = await ledger.submit(reserve("L1"), request_id="r1", by="ana")
    assert again.replayed
    assert again.recorded == first.recorded
    assert again.state.leases == {}


async def test_a_repeat_at_another_replica_answers_the_same(town):
    one, other = await town.replica(), await town.replica()
    first = await one.submit(reserve("L1"), request_id="r1", by="ana")
    again = await other.submit(reserve("L1"), request_id="r1", by="ana")
    assert (again.replayed, again.recorded) == (True, first.recorded)


async def test_the_same_request_twice_at_once_is_carried_out_once(town):
    ledger = await town.replica()
    outcomes = await asyncio.gather(*(ledger.submit(reserve("L1"), request_id="r1", by="ana") for _ in range(5)))
    assert sorted(outcome.replayed for outcome in outcomes) == [False, True, True, True, True]
    assert len({outcome.recorded for outcome in outcomes}) == 1


async def test_a_request_id_used_for_something_else_is_a_conflict(town):
    ledger = await town.replica()
    await ledger.submit(reserve("L1"), request_id="r1", by="ana")
    with pytest.raises(Conflict, match="something else"):
        await ledger.submit(reserve("L2", services="orders"), request_id="r1", by="ana")


async def test_a_refusal_records_nothing_and_leaves_the_request_id_free(town):
    ledger = await town.replica()
    await ledger.submit(reserve("L1", "ana"), request_id="r1", by="ana")
    with pytest.raises(HeldByAnother):
        await ledger.submit(release("L1", "ben"), request_id="r2", by="ben")
    assert [recorded.seq for recorded in await ledger.history(lease_id="L1")] == [1]


async def test_a_refusal_rests_on_what_others_did_meanwhile(town):
    one, other = await town.replica(), await town.replica()
    await one.submit(reserve("L1", "ana"), request_id="r1", by="ana")
    await other.current()
    await one.submit(release("L1"), request_id="r2", by="ana")
    granted = await other.submit(reserve("L2", "ben"), request_id="r3", by="ben")
    assert kinds(granted) == [LeaseGranted]
