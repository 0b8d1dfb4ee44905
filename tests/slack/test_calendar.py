"""What is planned, asked for in Slack, and the ways that lead to it."""

from datetime import timedelta

from tests.support.signalbox import ANA, BEN

ELI = "U0ELI"


async def test_everything_that_is_planned_is_in_it_and_ones_own_booking_can_be_cancelled_there(signalbox):
    await signalbox.type(ANA, "/env integration/payments 2h checkout fix")
    await signalbox.type(BEN, "/env book integration/orders tomorrow 9:00 2h load test")
    await signalbox.type(ELI, "/env down integration/inventory disk full 3h")
    await signalbox.type(ELI, "/env freeze staging-2 tomorrow 18:00 2d rehearsal")
    seen = await signalbox.type(BEN, "/env calendar")
    for line in (
        "*integration/payments* · <@U0ANA> has it, exclusive · checkout fix",
        "*integration/orders* · booked by <@U0BEN>, exclusive · load test",
        "*integration/inventory* · down, expected back then · disk full · says <@U0ELI>",
        "*staging-2* · frozen · rehearsal · by <@U0ELI>",
        "*integration* · frozen · Test data is restored",
    ):
        assert line in seen
    assert "Your booking of *integration/orders* is cancelled" in await signalbox.press(BEN, "env.leave")
    one = await signalbox.type(BEN, "/env calendar integration")
    assert one.startswith("Calendar of integration: ")
    assert "staging-2" not in one
    assert "Cancel booking" not in one


async def test_it_says_where_its_feed_is(signalbox):
    seen = await signalbox.type(ANA, "/env calendar staging-2")
    assert "Nothing is booked, frozen or held in *staging-2*" in seen
    assert f"`{signalbox.started.address}/calendar/staging-2.ics?token=TOKEN`" in seen


async def test_a_place_that_nobody_knows_is_asked_back(signalbox):
    assert "Did you mean integration" in await signalbox.type(ANA, "/env calendar integraton")


async def test_a_booking_and_its_refusal_lead_to_it(signalbox):
    await signalbox.type(BEN, "/env book integration tomorrow 9:00 2h load test")
    assert "booked by <@U0BEN>" in await signalbox.press(BEN, "env.line.8")
    assert "That time is not free" in await signalbox.type(ANA, "/env book integration tomorrow 10:00 1h")
    assert "booked by <@U0BEN>" in await signalbox.press(ANA, "env.line.8")


async def test_what_is_over_is_gone_and_what_was_booked_is_held(signalbox):
    await signalbox.type(BEN, "/env book staging-2 tomorrow 9:00 2h load test")
    signalbox.advance(timedelta(days=2))
    assert "Nothing is booked" in await signalbox.type(ANA, "/env calendar staging-2")
