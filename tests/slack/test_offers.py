"""An offer that stays open, until it does not; and what mates do with it."""

from datetime import timedelta

from tests.support.signalbox import ANA, BEN, CEM, words_of


async def test_an_open_offer_becomes_urgent_by_a_message_of_its_own_when_somebody_queues(signalbox):
    await signalbox.type(ANA, "/env integration 2h")
    await signalbox.type(BEN, "/env integration 1h")
    await signalbox.type(ANA, "/env release")
    offer = await signalbox.told(BEN, "the offer stays open")
    signalbox.advance(timedelta(minutes=30))
    await signalbox.type(CEM, "/env integration 30m")
    pressed = await signalbox.told(BEN, "Somebody waits for")
    assert "Accept within 5 min, until" in words_of(pressed)
    assert pressed["ts"] > offer["ts"]
    accepted = await signalbox.press(BEN, "env.accept", channel="dm", ts=pressed["ts"])
    assert "is yours, exclusive until" in accepted
