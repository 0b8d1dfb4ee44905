"""Received means written down: nothing received is lost, whichever replica dies."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import Unavailable
from bot.runtime.consumer import Consumer, Limits
from bot.runtime.inbox import RedisInbox
from bot.runtime.redis import open_redis
from bot.runtime.supervise import supervise
from tests.support.arrivals import a_command, an_arrival
from tests.support.waiting import ended, eventually

QUICK = Limits(idle=timedelta(milliseconds=150), block=timedelta(milliseconds=50), drain=timedelta(seconds=1))


@pytest.fixture
def inbox(redis, keys):
    return RedisInbox(redis, keys)


@asynccontextmanager
async def running(inbox, dispatch, *, replica="r1", limits=QUICK, on_dead=None):
    async def nobody(_arrival): ...

    consumer = Consumer(inbox, dispatch, replica=replica, on_dead=on_dead or nobody, limits=limits)
    task = asyncio.create_task(consumer.run())
    try:
        yield task
    finally:
        await ended(task)


class Handled:
    """Remembers what it handled; `slow` seconds each, and fails for ids in `broken`."""

    def __init__(self, slow=0.0, broken=()):
        self.ids, self.begun, self.running, self.most = [], [], 0, 0
        self._slow, self._broken = slow, broken

    async def __call__(self, arrival):
        self.begun.append(arrival.id)
        self.running += 1
        self.most = max(self.most, self.running)
        await asyncio.sleep(self._slow)
        self.running -= 1
        if arrival.id in self._broken:
            raise RuntimeError(arrival.id)
        self.ids.append(arrival.id)

    async def until(self, count):
        await eventually(lambda: len(self.ids) >= count)


async def until_empty(redis, keys):
    async def empty():
        return not await redis.xlen(keys.inbox)

    await eventually(empty)


async def test_a_payload_is_written_once_however_often_it_is_sent(inbox, redis, keys):
    assert await inbox.put(an_arrival("a"))
    assert not await inbox.put(an_arrival("a"))
    assert await redis.xlen(keys.inbox) == 1


async def test_what_arrives_is_what_was_sent(inbox):
    seen = []

    async def dispatch(arrival):
        seen.append(arrival)

    sent = an_arrival("a", **a_command("reserve integration 2h für ü 🙂 \u202e"))
    await inbox.put(sent)
    async with running(inbox, dispatch):
        await eventually(lambda: seen)
    assert seen == [sent]


async def test_what_was_handled_leaves_the_stream(inbox, redis, keys):
    handled = Handled()
    async with running(inbox, handled):
        for n in range(50):
            await inbox.put(an_arrival(f"a{n}", lane=f"U{n % 7}"))
        await handled.until(50)
        await until_empty(redis, keys)
    assert sorted(handled.ids) == sorted(f"a{n}" for n in range(50))


async def test_one_persons_payloads_are_handled_in_order_and_peoples_at_once(inbox):
    handled = Handled(slow=0.01)
    for n in range(20):
        await inbox.put(an_arrival(f"{'ab'[n % 2]}{n // 2}", lane="ab"[n % 2]))
    async with running(inbox, handled):
        await handled.until(20)
    assert [id for id in handled.ids if id[0] == "a"] == [f"a{n}" for n in range(10)]
    assert handled.most == 2


async def test_no_more_are_handled_at_once_than_there_are_workers(inbox):
    handled = Handled(slow=0.02)
    for n in range(12):
        await inbox.put(an_arrival(f"a{n}", lane=f"U{n}"))
    async with running(inbox, handled, limits=Limits(workers=3, held=5, block=QUICK.block)):
        await handled.until(12)
    assert handled.most == 3


async def test_what_a_dead_replica_was_given_is_handled_by_another(inbox, redis, keys):
    await inbox.open_group()
    await inbox.put(an_arrival("a"))
    assert [entry.arrival.id for entry in await inbox.read("dead", count=5, block=QUICK.block)] == ["a"]
    handled = Handled()
    async with running(inbox, handled, replica="living"):
        await handled.until(1)
        await until_empty(redis, keys)
    assert handled.ids == ["a"]


async def test_slow_work_is_not_taken_away_from_a_living_replica(inbox):
    slow, other = Handled(slow=2), Handled()
    keeping, eager = (replace(QUICK, idle=timedelta(seconds=seconds)) for seconds in (1.2, 0.9))
    async with running(inbox, slow, replica="slow", limits=keeping):
        await inbox.put(an_arrival("a"))
        await eventually(lambda: slow.begun)
        async with running(inbox, other, replica="other", limits=eager):
            await slow.until(1)
    assert (slow.begun, other.begun) == (["a"], [])


async def test_what_fails_again_and_again_is_given_up_and_its_sender_told(inbox, redis, keys):
    told, broken = [], Handled(broken=("bad",))

    async def on_dead(arrival):
        told.append(arrival.id)

    async with running(inbox, broken, on_dead=on_dead):
        await inbox.put(an_arrival("bad"))
        await inbox.put(an_arrival("good"))
        await until_empty(redis, keys)
    assert broken.begun.count("bad") == QUICK.attempts
    assert (told, broken.ids) == (["bad"], ["good"])
    assert [fields[b"id"] for _, fields in await redis.xrange(keys.inbox_dead)] == [b"bad"]


async def test_a_stop_lets_what_is_running_finish(inbox, redis, keys):
    handled = Handled(slow=0.2)
    async with running(inbox, handled):
        await inbox.put(an_arrival("a"))
        await eventually(lambda: handled.begun)
    assert handled.ids == ["a"]
    assert await redis.xlen(keys.inbox) == 0


async def test_whoever_stops_it_again_does_not_cut_short_what_is_running(inbox):
    handled = Handled(slow=0.3)
    async with running(inbox, handled) as task:
        await inbox.put(an_arrival("a"))
        await eventually(lambda: handled.begun)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0.02)
    assert handled.ids == ["a"]


async def test_a_stream_that_was_wiped_is_begun_again(inbox, redis):
    handled = Handled()
    async with running(inbox, handled):
        await inbox.put(an_arrival("a"))
        await handled.until(1)
        await redis.flushall()
        await inbox.put(an_arrival("b"))
        await handled.until(2)


async def test_nothing_received_is_lost_when_the_store_is_killed(own_valkey, keys):
    redis = await open_redis(own_valkey.url)
    inbox = RedisInbox(redis, keys)
    await inbox.open_group()
    for n in range(5):
        await inbox.put(an_arrival(f"a{n}"))
    own_valkey.kill()
    own_valkey.start()
    handled = Handled()
    async with running(inbox, handled):
        await handled.until(5)
    await redis.aclose()


async def test_what_was_handled_while_the_store_was_away_is_not_handled_again(own_valkey, keys):
    redis = await open_redis(own_valkey.url)
    inbox, stop, handled = RedisInbox(redis, keys), asyncio.Event(), Handled(slow=0.5)

    async def nobody(_arrival): ...

    consumer = Consumer(inbox, handled, replica="r1", on_dead=nobody, limits=replace(QUICK, idle=timedelta(seconds=3)))
    running = asyncio.create_task(supervise("inbox", consumer.run, stop=stop))
    await inbox.put(an_arrival("a"))
    await eventually(lambda: handled.begun)
    own_valkey.kill()
    await handled.until(1)
    own_valkey.start()
    await until_empty(redis, keys)
    stop.set()
    await running
    assert handled.begun == ["a"]
    await redis.aclose()


async def test_a_store_that_never_answered_changed_nothing(tmp_path, keys):
    redis = await open_redis(f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(Unavailable, match="Nothing was changed") as refused:
        await RedisInbox(redis, keys).put(an_arrival("a"))
    assert refused.value.recorded is False
    await redis.aclose()


async def test_a_store_lost_while_writing_leaves_a_doubt_and_says_so(tmp_path, keys):
    async def hear_and_hang_up(reader, writer):
        await reader.read(1 << 16)
        writer.close()

    server = await asyncio.start_unix_server(hear_and_hang_up, f"{tmp_path}/s")
    redis = await open_redis(f"unix://{tmp_path}/s")
    with pytest.raises(Unavailable, match="cannot tell") as refused:
        await RedisInbox(redis, keys).put(an_arrival("a"))
    assert refused.value.recorded is None
    await redis.aclose()
    server.close()
