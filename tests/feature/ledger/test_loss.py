"""Redis may lose, roll back or bend what it knows: nothing promised is lost, and nothing is granted twice."""

import asyncio

import pytest

from bot.errors import Unavailable
from bot.reservations.events import LeaseGranted, LeaseQueued
from bot.reservations.ledger import Patience
from tests.support.ledgers import release, reserve, running, sql
from tests.support.valkey_proxy import Proxy


def saved(server):
    """What Redis knows now, to go back to."""
    with server.client as client:
        return {key: client.dump(key) for key in client.keys("*")}


def roll_back(server, copy):
    with server.client as client:
        client.flushall()
        for key, value in copy.items():
            client.restore(key, 0, value)


async def take(ledger, n, **more):
    return await ledger.submit(reserve(f"L{n}", f"p{n}", **more), request_id=f"r{n}", by=f"p{n}")


async def seqs(ledger):
    return [recorded.seq for recorded in await ledger.history(environment="integration")]


async def test_after_a_wipe_the_holder_still_holds_with_the_same_token_in_a_new_epoch(town, valkey):
    ledger = await town.replica()
    first = await take(ledger, 1)
    with valkey.client as client:
        client.flushall()
    second = await take(ledger, 2)
    assert type(second.recorded[0].event) is LeaseQueued
    assert second.recorded[0].epoch == 2
    assert second.state.leases["L1"].token == first.state.leases["L1"].token


async def test_request_ids_survive_a_wipe(town, valkey):
    ledger = await town.replica()
    first = await take(ledger, 1)
    with valkey.client as client:
        client.flushall()
    again = await take(ledger, 1)
    assert (again.replayed, again.recorded) == (True, first.recorded)


async def test_both_replicas_go_on_in_one_new_epoch_after_a_wipe(town, valkey):
    one, other = await town.replica(), await town.replica()
    await take(one, 1, services="a")
    with valkey.client as client:
        client.flushall()
    outcomes = await asyncio.gather(*(take((one, other)[n % 2], n, services=f"s{n}") for n in range(2, 22)))
    assert {recorded.epoch for outcome in outcomes for recorded in outcome.recorded} == {2}
    assert await seqs(one) == list(range(1, 22))


async def test_a_redis_rolled_back_to_an_older_state_is_noticed_on_the_next_call(town, valkey):
    ledger = await town.replica()
    await take(ledger, 1)
    old = saved(valkey)
    await ledger.submit(release("L1", "p1"), request_id="gone", by="p1")
    await take(ledger, 2)
    roll_back(valkey, old)
    third = await take(ledger, 3)
    assert type(third.recorded[0].event) is LeaseQueued
    assert third.recorded[0].epoch == 2
    assert await seqs(ledger) == [1, 2, 3, 4]


async def test_a_log_that_went_another_way_at_the_same_length_is_noticed(town, valkey):
    known, stranger = await town.replica(), await town.replica(run=False)
    await take(known, 1, services="a")
    old = saved(valkey)
    await take(known, 2, services="b")
    roll_back(valkey, old)
    await _append_behind_everybodys_back(valkey)
    third = await take(known, 3, services="c")
    assert type(third.recorded[0].event) is LeaseGranted
    assert third.recorded[0].epoch == 2
    assert set((await stranger.current()).leases) == {"L1", "L2", "L3"}


async def _append_behind_everybodys_back(server):
    with server.client as client:
        last = client.xrevrange("{ws:T1}:events", count=1)[0][1]
        client.xadd("{ws:T1}:events", last, id="1-2")
        client.hset("{ws:T1}:head", mapping={"seq": 2, "mark": "another"})


async def test_a_lost_reply_is_answered_as_if_nothing_had_happened(town, valkey, tmp_path):
    async with Proxy(tmp_path / "p", valkey.socket) as proxy:
        ledger = await town.replica(redis_url=proxy.url)
        await take(ledger, 1)
        proxy.losing, proxy.word = 1, b"OK\r\n"
        outcome = await take(ledger, 2)
        assert not outcome.replayed
        assert [recorded.seq for recorded in outcome.recorded] == [2]
        assert await seqs(ledger) == [1, 2]


async def test_a_redis_that_nobody_reaches_means_nothing_was_changed(town, valkey, tmp_path):
    async with Proxy(tmp_path / "p", valkey.socket) as proxy:
        ledger = await town.replica(redis_url=proxy.url, patience=Patience(append=0.5))
        await take(ledger, 1)
    await asyncio.sleep(0.05)  # the connection has ended, and this process has heard of it
    with pytest.raises(Unavailable) as refused:
        await take(ledger, 2)
    assert refused.value.recorded is False
    assert await seqs(ledger) == [1]


async def test_a_redis_lost_after_it_was_sent_means_nobody_can_tell(town, valkey, tmp_path):
    async with Proxy(tmp_path / "p", valkey.socket) as proxy:
        ledger = await town.replica(redis_url=proxy.url, patience=Patience(append=0.5))
        await take(ledger, 1)
        proxy.losing, proxy.word = 1000, b"\r\n"
        with pytest.raises(Unavailable) as refused:
            await take(ledger, 2)
        assert refused.value.recorded is None


async def test_tokens_only_rise_through_wipes_and_rollbacks(town, valkey):
    one, other = await town.replica(), await town.replica()
    tokens, old = [], None
    for n in range(12):
        outcome = await take((one, other)[n % 2], n, services=f"s{n}")
        tokens.append(outcome.state.leases[f"L{n}"].token)
        if n % 4 == 0:
            old = saved(valkey)
        if n % 4 == 3:
            roll_back(valkey, old if n % 8 == 3 else {})
    assert tokens == sorted(set(tokens))


async def test_nothing_promised_is_lost_while_redis_is_wiped_and_rolled_back_all_the_time(town, valkey):
    replicas = [await town.replica(), await town.replica()]
    promised, stop = {}, asyncio.Event()

    async def work(worker):
        for n in range(40):
            id = f"{worker}x{n}"
            outcome = await replicas[worker % 2].submit(
                reserve(f"L{id}", f"p{id}", services=f"s{id}"), request_id=id, by=f"p{id}"
            )
            promised[id] = outcome.recorded

    async def break_things():
        copies = [{}]
        while not stop.is_set():
            await asyncio.sleep(0.03)
            copies.append(saved(valkey))
            await asyncio.sleep(0.03)
            roll_back(valkey, copies[len(copies) // 2])

    breaking = asyncio.create_task(break_things())
    await asyncio.gather(*(work(worker) for worker in range(4)))
    stop.set()
    await breaking
    history = await replicas[0].history(environment="integration", limit=1000)
    assert [recorded.seq for recorded in history] == list(range(1, len(history) + 1))
    assert {recorded.request_id: (recorded,) for recorded in history} == promised
    assert (await replicas[0].current()).leases == (await replicas[1].current()).leases


async def test_a_replica_that_lags_behind_what_redis_keeps_reads_on_in_sql(town, valkey):
    one, laggard = await town.replica(), await town.replica(run=False)
    for n in range(5):
        await take(one, n, services=f"s{n}")
    with valkey.client as client:
        client.xtrim("{ws:T1}:events", maxlen=1, approximate=False)
    async with running(laggard):
        outcome = await take(laggard, 9, services="s9")
    assert [recorded.seq for recorded in outcome.recorded] == [6]
    assert outcome.recorded[0].epoch == 1


async def test_a_database_set_back_to_an_older_copy_is_noticed_and_followed(town):
    ledger = await town.replica()
    await take(ledger, 1, services="a")
    await take(ledger, 2, services="b")
    await sql(town, "DELETE FROM event WHERE seq > 1")
    await sql(town, "UPDATE ledger SET seq = 1, mark = (SELECT mark FROM event WHERE seq = 1)")
    await take(ledger, 3, services="c")
    assert await seqs(ledger) == [1, 2, 3]


async def test_a_log_beyond_its_own_head_is_begun_anew(town, valkey):
    ledger = await town.replica()
    await take(ledger, 1, services="a")
    with valkey.client as client:
        client.xadd("{ws:T1}:events", {"somebody": "else"}, id="1-9")
    outcome = await take(ledger, 2, services="b")
    assert outcome.recorded[0].epoch == 2
