"""An offer that stays open, until it does not; and what mates do with it."""

from datetime import timedelta

from tests.support.signalbox import ANA, BEN, CEM, words_of
from tests.support.waiting import eventually


def leases(signalbox):
    return signalbox.started.rooms.reservations.cached().leases.values()


async def test_an_open_offer_becomes_urgent_by_a_message_of_its_own_when_somebody_queues(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(BEN, "/env integration 1h")
    await signalbox.type(ANA, "/env release")
    offer = await signalbox.told(BEN, "the offer stays open")
    await eventually(lambda: any(lease.delivered for lease in leases(signalbox)))
    signalbox.advance(timedelta(minutes=30))
    await signalbox.type(CEM, "/env integration 30m")
    pressed = await signalbox.told(BEN, "Somebody waits for")
    assert "Accept within 5 min, until" in words_of(pressed)
    assert pressed["ts"] > offer["ts"]
    await eventually(lambda: without_buttons(signalbox, offer))
    assert "is yours, exclusive until" in await signalbox.settle(BEN, "env.accept", pressed)
    assert "env.accept" not in str(await signalbox.workspace.direct_messages(BEN))


async def test_an_answered_offer_leaves_one_message_and_no_other(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(BEN, "/env integration 1h")
    await signalbox.type(ANA, "/env release")
    offer = await signalbox.told(BEN, "is yours if you want it")
    accepted = await signalbox.settle(BEN, "env.accept", offer)
    assert "Fencing token" in accepted
    assert len(await signalbox.workspace.direct_messages(BEN)) == 1
    assert await signalbox.workspace.ephemerals(BEN, "dm") == []


async def test_an_offer_answered_elsewhere_is_answered_there(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(BEN, "/env integration 1h")
    await signalbox.type(ANA, "/env release")
    await signalbox.told(BEN, "is yours if you want it")
    await signalbox.type(BEN, "/env integration 1h")
    assert "is yours, exclusive until" in await signalbox.press(BEN, "env.accept")


async def without_buttons(signalbox, offer):
    messages = await signalbox.workspace.direct_messages(BEN)
    return "env.accept" not in str(next(each for each in messages if each["ts"] == offer["ts"]))
