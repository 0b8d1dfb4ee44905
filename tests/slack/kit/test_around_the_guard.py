"""What goes wrong before a handler, or around its guard, is not lost either."""

import pytest

from bot.errors import Unconfirmed, UsageError
from bot.ports.inbox import Arrival, Kind
from handlers.app import NotHandled, dispatch
from handlers.kit.guard import Guard
from handlers.kit.listeners import Listeners
from tests.support.arrivals import NOW, a_command, a_submission


@pytest.fixture
def lost(app, client, once, counts):
    """Listeners whose guard cannot say who calls."""

    def team_of(person):
        raise LookupError(person)

    return Listeners(app, Guard(deps=None, once=once, client=client, counts=counts, team_of=team_of))


async def test_an_error_before_the_handler_is_answered_like_one_inside(lost, dispatcher, witness, counts):
    async def handler(caller): ...

    lost.command("/env", handler)
    await dispatcher(Arrival("x", Kind.COMMAND, "U1", a_command(response_url=witness.url("/response/1")), NOW))
    assert "went wrong on my side" in witness.said_at("/response/1")[0]["text"]
    assert counts.counted == [("fault", "LookupError")]


async def test_an_error_outside_the_guard_fails_the_arrival_so_that_it_is_tried_again(app, dispatcher):
    async def unguarded():
        raise LookupError

    app.command("/env")(unguarded)
    with pytest.raises(NotHandled):
        await dispatcher(Arrival("x", Kind.COMMAND, "U1", a_command(), NOW))


async def test_a_form_whose_answer_could_not_be_made_is_not_acknowledged(app, on):
    """Slack then tells the person that it did not work, and the form stays open."""

    async def handler():
        raise UsageError("Too long.")

    on.view("env.reserve", handler)
    without_ids = [{"type": "input"}]
    assert (await dispatch(app, a_submission(blocks=without_ids))).status == 500


async def test_what_is_not_confirmed_in_time_is_said_once_and_its_answer_follows(on, dispatcher, witness):
    outcomes = [Unconfirmed("Recorded, not confirmed yet."), Unconfirmed("Recorded, not confirmed yet."), None]

    async def handler(respond):
        if (error := outcomes.pop(0)) is not None:
            raise error
        await respond("It is yours.")

    on.command("/env", handler)
    arrival = Arrival("x", Kind.COMMAND, "U1", a_command(response_url=witness.url("/response/1")), NOW)
    for _ in range(2):
        with pytest.raises(NotHandled):
            await dispatcher(arrival)
    await dispatcher(arrival)
    assert [said["text"] for said in witness.said_at("/response/1")] == ["Recorded, not confirmed yet.", "It is yours."]
