"""Whatever a handler does, whoever typed gets one answer, where they are."""

import asyncio
import json

import pytest

from bot.errors import Conflict, IntegrationError, NotFound, Unavailable, UsageError
from bot.ports.chat import Message
from bot.ports.inbox import Arrival, Kind
from handlers.app import dispatch
from tests.support.arrivals import NOW, a_click, a_command, a_submission, an_event

INPUT = {"type": "input", "block_id": "length", "label": {"type": "plain_text", "text": "x"}}


@pytest.fixture
def command(witness):
    return a_command(response_url=witness.url("/response/1"))


def answers(witness):
    return [said["text"] for said in witness.said_at("/response/1")]


def direct_messages(witness):
    return [(said["channel"], said["text"]) for said in witness.said_at("/api/chat.postMessage")]


async def test_a_handler_gets_what_it_names(app, on, command):
    given = {}

    async def handler(deps, caller, command, respond, open_view, client, body):  # noqa: PLR0917 - the case
        given.update(locals())

    on.command("/env", handler)
    await dispatch(app, command)
    assert given["deps"] == {"the": "deps"}
    assert given["command"]["text"] == ""
    assert (given["caller"].person, given["caller"].team, given["caller"].channel) == ("U1", "payments", "C1")
    assert given["caller"].request_id == "command:1.1.a"


def test_a_handler_that_asks_for_what_nobody_has_is_refused_at_the_start(on):
    async def handler(weather): ...

    with pytest.raises(TypeError, match="weather"):
        on.command("/env", handler)


async def test_an_answer_is_for_the_typist_alone(app, on, command, witness):
    async def handler(respond):
        await respond(Message("held", ({"type": "divider"},)))

    on.command("/env", handler)
    await dispatch(app, command)
    [said] = witness.said_at("/response/1")
    assert (said["text"], said["response_type"], said["blocks"]) == ("held", "ephemeral", [{"type": "divider"}])


async def test_a_payload_handled_again_is_not_answered_again(app, on, command, witness):
    async def handler(respond):
        await respond("one")
        await respond("two")

    on.command("/env", handler)
    await dispatch(app, command)
    await dispatch(app, command)
    assert answers(witness) == ["one", "two"]


async def test_a_crash_between_two_answers_leaves_only_the_second_to_say(app, on, command, witness):
    crashes = [True, False]

    async def handler(respond):
        await respond("one")
        if crashes.pop(0):
            raise asyncio.CancelledError
        await respond("two")

    on.command("/env", handler)
    with pytest.raises(asyncio.CancelledError):
        await dispatch(app, command)
    await dispatch(app, command)
    assert answers(witness) == ["one", "two"]


@pytest.mark.parametrize(
    ("error", "said", "counted"),
    [
        (Conflict("<@U2> holds it."), "<@U2> holds it.", ("refusal", "Conflict")),
        (NotFound("No such thing as <!channel>."), "No such thing as &lt;!channel&gt;.", ("refusal", "NotFound")),
        (UsageError("How long?", usage="/env reserve <where>"), "Usage: `/env reserve &lt;where&gt;`", ("refusal", "UsageError")),
        (NotFound("No such name.", suggestions=("a", "b", "c", "d")), "No such name.", ("refusal", "NotFound")),
        (Unavailable("Redis is away."), "Redis is away.", ("fault", "Unavailable")),
        (IntegrationError("Bitbucket says no.", vendor="bitbucket", status=500), "Bitbucket says no.", ("fault", "IntegrationError")),
        (ZeroDivisionError("secret"), "Sorry, that went wrong on my side.", ("fault", "ZeroDivisionError")),
    ],
)  # fmt: skip
async def test_an_error_is_answered_and_counted(  # noqa: PLR0917 - fixtures
    app, on, command, witness, counts, error, said, counted
):
    async def handler():
        raise error

    on.command("/env", handler)
    assert (await dispatch(app, command)).status == 200
    [text] = answers(witness)
    assert said in text
    assert "secret" not in text
    assert counts.counted == [counted]


async def test_an_error_on_the_home_tab_comes_as_a_direct_message(app, on, witness):
    async def handler():
        raise Conflict("Too late.")

    on.action("lease.extend", handler)
    await dispatch(app, a_click())
    assert direct_messages(witness) == [("U1", "Too late.")]


async def test_an_error_in_a_form_stands_under_its_first_field(app, on):
    async def handler(ack):
        raise UsageError("Too long: 8 h at most.")

    on.view("env.reserve", handler)
    response = await dispatch(app, a_submission(blocks=[INPUT]))
    assert json.loads(response.body) == {"response_action": "errors", "errors": {"length": "Too long: 8 h at most."}}


async def test_an_error_in_a_form_without_fields_comes_as_a_form_on_top(app, on):
    async def handler():
        raise Conflict("Too late.")

    on.view("env.reserve", handler)
    body = json.loads((await dispatch(app, a_submission())).body)
    assert body["response_action"] == "push"
    assert "Too late." in json.dumps(body["view"])


async def test_a_form_that_takes_too_long_is_closed_and_answered_by_direct_message(app, on, guard, witness):
    async def handler(ack):
        await asyncio.sleep(0.3)
        raise Conflict("Somebody was faster.")

    on.view("env.reserve", handler)
    response = await dispatch(app, a_submission(blocks=[INPUT]))
    assert (response.status, response.body) == (200, "")
    await guard.drain()
    assert direct_messages(witness) == [("U1", "Somebody was faster.")]


async def test_whoever_waits_long_is_told_once(app, on, command, witness):
    async def handler(respond):
        await asyncio.sleep(0.4)
        await respond("held")

    on.command("/env", handler)
    await dispatch(app, command)
    assert answers(witness) == ["Still working on it: the answer follows here.", "held"]


async def test_where_nothing_follows_nobody_is_told_that_something_does(app, on, witness):
    async def handler():
        await asyncio.sleep(0.3)

    on.event("app_home_opened", handler)
    await dispatch(app, an_event())
    assert direct_messages(witness) == []


async def test_words_about_a_long_silence_do_not_keep_back_what_is_known(app, on, command, witness, guard):
    async def handler(caller, respond):
        await asyncio.sleep(0.3)
        await caller.tell("Recorded, confirming.")
        await respond("held")

    on.command("/env", handler)
    await dispatch(app, command)
    assert answers(witness) == ["Still working on it: the answer follows here.", "Recorded, confirming.", "held"]


async def test_nobody_is_told_twice_that_it_goes_on(app, on, command, witness):
    async def handler(caller, respond):
        await caller.tell("Recorded, confirming.")
        await asyncio.sleep(0.3)
        await respond("held")

    on.command("/env", handler)
    await dispatch(app, command)
    assert answers(witness) == ["Recorded, confirming.", "held"]


async def test_an_answer_slack_no_longer_takes_there_comes_as_a_direct_message(app, on, command, witness):
    witness.answers["/response/1"] = [(404, {}, {"ok": False, "error": "expired_url"})]

    async def handler(respond):
        await respond("held")

    on.command("/env", handler)
    await dispatch(app, command)
    assert direct_messages(witness) == [("U1", "held")]


async def test_an_answer_that_may_have_been_heard_is_not_repeated(app, on, command, witness, counts):
    async def handler(respond):
        await respond("held")

    on.command("/env", handler)
    await witness.stop()
    await dispatch(app, command)
    assert counts.counted == []


async def test_an_unknown_command_is_answered(dispatcher, command, witness):
    await dispatcher(Arrival("x", Kind.COMMAND, "U1", command, NOW))
    assert "I do not know that one" in answers(witness)[0]


async def test_an_unknown_event_is_passed_over(dispatcher, witness):
    await dispatcher(Arrival("x", Kind.EVENT, "U1", an_event(type="team_join"), NOW))
    assert witness.heard == []


async def test_whoever_sent_what_was_given_up_is_told_though_it_was_answered_before(
    app, on, dispatcher, command, witness
):
    async def handler(respond):
        await respond("one")

    on.command("/env", handler)
    await dispatch(app, command)
    await dispatcher.give_up(Arrival("x", Kind.COMMAND, "U1", command, NOW))
    assert answers(witness)[1].startswith("I tried this several times")


@pytest.mark.parametrize(
    ("view", "method"), [(None, "views.open"), ({"type": "home"}, "views.open"), ({"type": "modal"}, "views.push")]
)
async def test_a_form_opens_on_top_of_a_form(app, on, witness, view, method):
    async def handler(open_view):
        await open_view({"type": "modal"})

    on.action("lease.extend", handler)
    await dispatch(app, a_click(view=view))
    [asked] = witness.said_at(f"/api/{method}")
    assert (asked["trigger_id"], asked["view"]) == ("2.2.b", {"type": "modal"})


async def test_a_form_that_comes_too_late_is_said_to_be(app, on, witness):
    witness.answers["/api/views.open"] = [(200, {}, {"ok": False, "error": "expired_trigger_id"})]

    async def handler(open_view):
        await open_view({"type": "modal"})

    on.action("lease.extend", handler)
    await dispatch(app, a_click(response_url=witness.url("/response/1")))
    assert "Please try again" in answers(witness)[0]


async def test_a_form_that_is_open_already_is_not_an_error(app, on, witness):
    witness.answers["/api/views.open"] = [(200, {}, {"ok": False, "error": "exchanged_trigger_id"})]

    async def handler(open_view):
        await open_view({"type": "modal"})

    on.action("lease.extend", handler)
    await dispatch(app, a_click(response_url=witness.url("/response/1")))
    assert answers(witness) == []


async def test_every_listener_is_registered_by_name(on):
    async def handler(): ...

    for register in (on.command, on.action, on.view, on.options, on.event, on.shortcut):
        register("x", handler)
    assert [listener.kind for listener in on.registered] == [
        "command",
        "action",
        "view",
        "options",
        "event",
        "shortcut",
    ]
