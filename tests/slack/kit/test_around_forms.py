"""Forms that answer: beside a field, on top, in place of themselves, or by message when they are closed."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.errors import Forbidden, WrongField
from bot.ports.chat import Message
from handlers.app import Inline, dispatch
from handlers.kit.forms import answer_form
from handlers.views.errors import SAID
from tests.support.arrivals import NOW, a_click, a_submission

FIELDS = [{"type": "input", "block_id": name} for name in ("target", "length")]
SAYS = {"type": "modal", "callback_id": SAID, "id": "V2", "title": {"text": "Take"}, "private_metadata": "kept"}


LATER = NOW + timedelta(seconds=20)


@dataclass
class At:
    """A clock that has stopped."""

    at: datetime

    def now(self):
        return self.at


async def said(app, on, error):
    async def handler(ack):
        raise error

    on.view("env.reserve", handler)
    return json.loads((await dispatch(app, a_submission(blocks=FIELDS))).body)


async def test_an_error_stands_beside_its_field(app, on):
    body = await said(app, on, WrongField("No such time.", "length"))
    assert body == {"response_action": "errors", "errors": {"length": "No such time."}}


async def test_what_is_about_no_field_comes_on_top_of_the_form_which_is_kept(app, on):
    body = await said(app, on, Forbidden("Only <@U2> may freeze it."))
    assert (body["response_action"], body["view"]["close"]["text"]) == ("push", "Back")
    assert body["view"]["clear_on_close"] is False
    assert "<@U2> may freeze it" in json.dumps(body["view"])


async def test_what_came_of_a_form_takes_its_place(app, on):
    async def handler(view, ack, respond):
        await answer_form(Message("Done."), view, ack, respond)

    on.view("env.reserve", handler)
    body = json.loads((await dispatch(app, a_submission(blocks=FIELDS))).body)
    assert body["response_action"] == "update"
    assert "Done." in json.dumps(body["view"])


@pytest.mark.parametrize(
    ("slack_says", "messages"), [({"ok": True}, []), ({"ok": False, "error": "not_found"}, ["Taken."])]
)
async def test_a_button_in_it_is_answered_there_or_by_message_once_it_is_closed(app, on, witness, slack_says, messages):
    witness.answers["/api/views.update"] = [(200, {}, slack_says)]

    async def handler(respond):
        await respond("Taken.")

    on.action("env.take", handler)
    await dispatch(app, a_click("env.take", view=SAYS))
    [updated] = witness.said_at("/api/views.update")
    view = updated["view"]
    assert (updated["view_id"], view["title"]["text"], view["private_metadata"]) == ("V2", "Take", "kept")
    assert "Taken." in json.dumps(view["blocks"])
    assert [each["text"] for each in witness.said_at("/api/chat.postMessage")] == messages


@pytest.mark.parametrize(("action", "closes"), [("env.book", "Close"), ("env.line.8", "Back")])
async def test_what_was_done_closes_the_form_beneath_and_what_was_looked_up_does_not(app, on, witness, action, closes):
    async def handler(respond):
        await respond("Here.")

    on.action(action, handler)
    await dispatch(app, a_click(action, view={**SAYS, "previous_view_id": "V1"}))
    [updated] = witness.said_at("/api/views.update")
    assert updated["view"]["close"]["text"] == closes
    assert updated["view"]["clear_on_close"] is (closes == "Close")


@pytest.mark.parametrize(("code", "in_time"), [("expired_trigger_id", False), ("exchanged_trigger_id", True)])
async def test_whoever_opens_a_form_learns_whether_it_came_in_time(app, on, witness, code, in_time):
    witness.answers["/api/views.open"] = [(200, {}, {"ok": False, "error": code})]
    found = []

    async def handler(open_view):
        found.append(await open_view.in_time({"type": "modal"}))

    on.action("env.form.0", handler)
    await dispatch(app, a_click("env.form.0"))
    assert found == [in_time]


async def test_a_form_sent_again_means_the_time_at_which_it_was_sent_at_first(app, on, once):
    times = []

    async def handler(caller):
        times.append(caller.at)

    on.view("env.reserve", handler)
    await Inline(app, once, At(NOW))(a_submission())
    await Inline(app, once, At(LATER))(a_submission())
    await Inline(app, once, At(LATER))(a_submission(hash="h2"))
    assert times == [NOW, NOW, LATER]
