"""trigger_ids and response_urls run out; modals stack three high."""

import asyncio

import httpx
import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from integrations.workspace.limits import Limits
from tests.contract.workspace.raw_app import raw_app
from tests.support.workspace import workspace_here

ANA, BEN = "U0ANA", "U0BEN"
SHORT = Limits(ack=2.0, trigger=1.0, response_url=2.0).loosened()
BUTTON = {"type": "button", "action_id": "go", "value": "7", "text": {"type": "plain_text", "text": "Go"}}
BLOCKS = [{"type": "actions", "block_id": "row", "elements": [BUTTON]}]


def modal(**more):
    return {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": BLOCKS, **more}


@pytest_asyncio.fixture
async def workspace(tmp_path):
    async with workspace_here(tmp_path, limits=SHORT) as workspace:
        yield workspace


@pytest.fixture
def slack(workspace):
    return AsyncWebClient(token="xoxb-local-bot", base_url=workspace.api_url)


@pytest_asyncio.fixture
async def app(workspace):
    async with raw_app(workspace) as app:
        task = asyncio.create_task(app.run())
        yield app
        task.cancel()


async def command(workspace, app):
    """The payload of a fresh command."""
    await workspace.command(ANA, "general", "/env")
    return app.frames[-1]["payload"]


async def answer(payload, **body):
    async with httpx.AsyncClient(trust_env=False) as client:
        response = await client.post(payload["response_url"], json=body)
    return response.status_code, response.text if response.text == "ok" else response.json()["error"]


async def error_of(call):
    with pytest.raises(SlackApiError) as refused:
        await call
    return refused.value.response["error"]


async def test_a_trigger_opens_one_modal(workspace, app, slack):
    trigger = (await command(workspace, app))["trigger_id"]
    await slack.views_open(trigger_id=trigger, view=modal())
    assert await error_of(slack.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"


async def test_a_trigger_runs_out(workspace, app, slack):
    trigger = (await command(workspace, app))["trigger_id"]
    await asyncio.sleep(1.05)
    assert await error_of(slack.views_open(trigger_id=trigger, view=modal())) == "expired_trigger_id"
    assert await error_of(slack.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_a_stack_holds_three_views(workspace, app, slack):
    await slack.views_open(trigger_id=(await command(workspace, app))["trigger_id"], view=modal())
    for _ in range(2):
        await workspace.press(ANA, "go")
        await slack.views_push(trigger_id=app.frames[-1]["payload"]["trigger_id"], view=modal())
    await workspace.press(ANA, "go")
    trigger = app.frames[-1]["payload"]["trigger_id"]
    assert await error_of(slack.views_push(trigger_id=trigger, view=modal())) == "push_limit_reached"
    assert len(await workspace.views(ANA)) == 3


async def test_only_a_trigger_from_a_modal_pushes(workspace, app, slack):
    trigger = (await command(workspace, app))["trigger_id"]
    assert await error_of(slack.views_push(trigger_id=trigger, view=modal())) == "invalid_trigger_id"


async def test_an_update_needs_the_hash_of_what_it_changes(workspace, app, slack):
    opened = await slack.views_open(
        trigger_id=(await command(workspace, app))["trigger_id"], view=modal(external_id="mine")
    )
    view = opened["view"]
    changed = await slack.views_update(view_id=view["id"], hash=view["hash"], view=modal(callback_id="new"))
    assert changed["view"]["callback_id"] == "new"
    stale = slack.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    assert await error_of(stale) == "hash_conflict"


async def test_an_external_id_is_used_once(workspace, app, slack):
    await slack.views_open(trigger_id=(await command(workspace, app))["trigger_id"], view=modal(external_id="mine"))
    await workspace.press(ANA, "go")
    trigger = app.frames[-1]["payload"]["trigger_id"]
    again = slack.views_push(trigger_id=trigger, view=modal(external_id="mine"))
    assert await error_of(again) == "duplicate_external_id"


async def test_a_response_url_answers_five_times(workspace, app):
    payload = await command(workspace, app)
    answers = [await answer(payload, text=str(number)) for number in range(6)]
    assert answers == [(200, "ok")] * 5 + [(404, "used_url")]
    assert len(await workspace.ephemerals(ANA, "general")) == 5


async def test_a_response_url_runs_out(workspace, app):
    payload = await command(workspace, app)
    await asyncio.sleep(2.05)
    assert await answer(payload, text="late") == (404, "expired_url")


async def test_a_response_is_in_the_channel_unless_it_names_a_thread(workspace, app, slack):
    parent = await slack.chat_postMessage(channel="C0GENERAL", text="parent")
    reply = {"channel": "C0GENERAL", "thread_ts": parent["ts"], "text": "reply", "blocks": BLOCKS}
    said = await slack.chat_postMessage(**reply)
    pressed = await workspace.press(ANA, "go", channel="general", ts=said["ts"])
    assert pressed.ok
    payload = app.frames[-1]["payload"]
    assert payload["container"]["thread_ts"] == parent["ts"]
    await answer(payload, text="above")
    await answer(payload, text="below", thread_ts=parent["ts"])
    threads = [each.get("thread_ts") for each in await workspace.ephemerals(ANA, "general")]
    assert threads == [None, parent["ts"]]


async def test_a_response_is_for_one_person_unless_it_says_otherwise(workspace, app):
    payload = await command(workspace, app)
    await answer(payload, text="private")
    await answer(payload, text="public", response_type="in_channel")
    assert [each["text"] for each in await workspace.ephemerals(ANA, "general")] == ["private"]
    assert [each["text"] for each in await workspace.messages("general")] == ["public"]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "no_text"),
        ({"blocks": [{"type": "nothing"}]}, "invalid_blocks"),
        ({"text": "x", "response_type": "loud"}, "invalid_response_type"),
        ({"text": "x", "replace_original": True}, "message_not_found"),
        ({"text": "x", "channel": "C0ENVS"}, "invalid_payload"),
    ],
)
async def test_a_wrong_response_is_refused(workspace, app, body, error):
    status, text = await answer(await command(workspace, app), **body)
    assert (status >= 400, text) == (True, error)


@pytest.mark.parametrize("where", ["message", "ephemeral"])
async def test_an_action_may_replace_and_delete_its_message(workspace, app, slack, where):
    if where == "message":
        await slack.chat_postMessage(channel="C0GENERAL", text="card", blocks=BLOCKS)
    else:
        await slack.chat_postEphemeral(channel="C0GENERAL", user=ANA, text="card", blocks=BLOCKS)

    async def shown():
        found = workspace.messages("general") if where == "message" else workspace.ephemerals(ANA, "general")
        return [message["text"] for message in await found]

    await workspace.press(ANA, "go")
    payload = app.frames[-1]["payload"]
    assert payload["actions"][0]["value"] == "7"
    assert payload["container"]["is_ephemeral"] is (where == "ephemeral")
    await answer(payload, text="changed", replace_original=True)
    assert await shown() == ["changed"]
    await answer(payload, delete_original=True)
    assert await shown() == []


async def test_what_an_acknowledgement_of_a_submission_may_say(workspace, app, slack):
    label = {"type": "plain_text", "text": "Name"}
    element = {"type": "plain_text_input", "action_id": "name", "max_length": 5}
    form = {"type": "input", "block_id": "name", "label": label, "element": element}
    view = modal(blocks=[form], submit=label, callback_id="first")
    await slack.views_open(trigger_id=(await command(workspace, app))["trigger_id"], view=view)
    assert (await workspace.submit(ANA, {"name": "too long"})).errors == {
        "name": "Please enter no more than 5 characters."
    }
    app.answers["view_submission"] = {"response_action": "errors", "errors": {"elsewhere": "x"}}
    assert (await workspace.submit(ANA, {"name": "Ana"})).error == "invalid_errors"
    app.answers["view_submission"] = {"response_action": "update", "view": {**view, "callback_id": "second"}}
    assert (await workspace.submit(ANA, {"name": "Ana"})).ok
    app.answers["view_submission"] = {"response_action": "push", "view": {**view, "callback_id": "third"}}
    await workspace.submit(ANA, {"name": "Ana"})
    assert [view["callback_id"] for view in await workspace.views(ANA)] == ["second", "third"]
    app.answers["view_submission"] = None
    await workspace.submit(ANA, {"name": "Ana"})
    assert [view["callback_id"] for view in await workspace.views(ANA)] == ["second"]
    app.silent = True
    assert (await workspace.submit(ANA, {"name": "Ana"})).error == "operation_timeout"
