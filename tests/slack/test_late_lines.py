"""A line may be handled long after it was typed, or once more: when a replica died with it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.ports.inbox import Arrival, Kind
from bot.runtime.inbox import RedisInbox
from bot.runtime.redis import Keys, open_redis
from tests.support.arrivals import a_command
from tests.support.signalbox import ANA, CEM, INTEGRATION
from tests.support.waiting import eventually

KEYS = Keys("local")


async def arrive(valkey, name, text, at, *, person=ANA):
    """Put a command into the inbox as it was received `at`; returns once it is handled."""
    body = a_command(text, person, "1.1.late", channel_id=INTEGRATION)
    redis = await open_redis(valkey.url)
    await redis.delete(KEYS.once("answered:command:1.1.late:1"))  # died before it could answer
    await RedisInbox(redis, KEYS).put(Arrival(name, Kind.COMMAND, person, body, at))

    async def handled():
        return await redis.xlen(KEYS.inbox) == 0

    await eventually(handled)
    await redis.aclose()


def at_nine(signalbox):
    """Let time pass until nine in the morning, so that no time of day meant here is tomorrow's."""
    now = signalbox.clock.now().astimezone(ZoneInfo("Europe/Berlin"))
    nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
    signalbox.advance(nine + timedelta(days=nine < now) - now)
    return signalbox.clock.now()


def held(signalbox):
    return [str(lease.scope) for lease in signalbox.started.rooms.ledger.cached().leases.values()]


async def test_a_release_handled_late_does_not_end_what_was_reserved_since(signalbox, valkey):
    await signalbox.type(ANA, "/env integration/payments 2h")
    typed = signalbox.clock.now() - timedelta(minutes=1)
    for line in ("release", "release all", "release integration", "release integration/payments"):
        await arrive(valkey, line, line, typed)
    assert held(signalbox) == ["integration/payments"]
    await arrive(valkey, "now", "release integration", signalbox.clock.now())
    assert held(signalbox) == []


async def test_a_line_with_a_time_of_day_that_comes_again_is_the_same_request(signalbox, valkey):
    typed = at_nine(signalbox)
    await arrive(valkey, "first", "integration until 11:00", typed)
    signalbox.advance(timedelta(minutes=3))
    await arrive(valkey, "again", "integration until 11:00", typed)
    assert held(signalbox) == ["integration"]
    answers = [said["text"] for said in await signalbox.workspace.direct_messages(ANA)]
    assert [answer for answer in answers if "used before" in answer] == []
    assert len([answer for answer in answers if "is yours" in answer]) == 2


async def wait_behind_ana(signalbox):
    """Cem holds staging-2, and waits for integration."""
    await signalbox.type(CEM, "/env staging-2 2h")
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(CEM, "/env integration 1h")
    return signalbox.clock.now()


async def take_the_offer(signalbox):
    await signalbox.type(ANA, "/env release")
    offer = await signalbox.told(CEM, "is yours if you want it")
    await signalbox.settle(CEM, "env.accept", offer)


async def test_a_release_that_comes_again_leaves_what_was_accepted_since(signalbox, valkey):
    typed = await wait_behind_ana(signalbox)
    await arrive(valkey, "first", "release", typed, person=CEM)
    await take_the_offer(signalbox)
    await arrive(valkey, "again", "release", typed, person=CEM)
    assert held(signalbox) == ["integration"]
    answers = [said["text"] for said in await signalbox.workspace.direct_messages(CEM)]
    assert len([answer for answer in answers if "Released *staging-2*" in answer]) == 2


async def test_a_release_handled_late_does_not_end_what_was_only_waited_for_then(signalbox, valkey):
    typed = await wait_behind_ana(signalbox) - timedelta(minutes=1)
    await take_the_offer(signalbox)
    await arrive(valkey, "late", "release integration", typed, person=CEM)
    assert sorted(held(signalbox)) == ["integration", "staging-2"]


async def test_until_a_time_of_day_is_not_later_for_having_lain_in_the_inbox(signalbox, valkey):
    typed = at_nine(signalbox)
    signalbox.advance(timedelta(minutes=20))
    await arrive(valkey, "late", "integration until 11:00", typed)
    [lease] = signalbox.started.rooms.ledger.cached().leases.values()
    assert lease.ends == typed + timedelta(hours=2)
