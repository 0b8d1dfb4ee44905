"""A plain Bolt app for tests of the page: one command that opens a form, one that never answers, one that greets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.support.workspace import WorkspaceServer

Payload = dict[str, Any]
COMMANDS = [
    {"command": "/form", "description": "Open a form", "usage_hint": "[name]"},
    {"command": "/forget", "description": "Never answers", "usage_hint": ""},
    {"command": "/inputs", "description": "Open a form with one input of every kind", "usage_hint": ""},
    {"command": "/greet", "description": "Says hello to you alone", "usage_hint": "[whom]"},
]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def option(label: str, value: str) -> Payload:
    return {"text": plain(label), "value": value}


def input_block(id: str, label: str, element: Payload, **more: Any) -> Payload:
    return {"type": "input", "block_id": id, "label": plain(label), "element": {"action_id": id, **element}, **more}


SERVICES = [option("payments", "pay"), option("orders", "ord")]
FORM = {
    "type": "modal",
    "callback_id": "form",
    "title": plain("Reserve"),
    "submit": plain("Reserve"),
    "private_metadata": "kept <as> it is",
    "blocks": [
        input_block("service", "Service", {"type": "static_select", "options": SERVICES}),
        input_block("length", "How long", {"type": "plain_text_input", "initial_value": "9h"}),
        input_block("tell", "Tell", {"type": "multi_users_select"}, optional=True),
        input_block("start", "Starts", {"type": "datetimepicker"}, optional=True),
        {
            "type": "actions",
            "block_id": "more",
            "elements": [{"type": "button", "action_id": "more", "text": plain("More")}],
        },
    ],
}
OPTIONS = {"options": SERVICES}
INPUTS = {
    "type": "modal",
    "callback_id": "inputs",
    "title": plain("Every input"),
    "submit": plain("Send"),
    "blocks": [
        input_block("text", "One line", {"type": "plain_text_input", "placeholder": plain("Say why")}),
        input_block("lines", "Several lines", {"type": "plain_text_input", "multiline": True, "max_length": 60}),
        input_block("number", "Number", {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}),
        input_block("date", "Date", {"type": "datepicker"}),
        input_block("time", "Time", {"type": "timepicker"}),
        input_block("moment", "Date and time", {"type": "datetimepicker"}),
        input_block("one", "One of these", {"type": "static_select", **OPTIONS}),
        input_block("some", "Some of these", {"type": "multi_static_select", **OPTIONS}),
        input_block("found", "Looked up", {"type": "external_select", "min_query_length": 1}),
        input_block("finds", "Looked up, several", {"type": "multi_external_select", "min_query_length": 1}),
        input_block("person", "Person", {"type": "users_select"}),
        input_block("people", "People", {"type": "multi_users_select"}),
        input_block("place", "Conversation", {"type": "conversations_select"}),
        input_block("checks", "Checkboxes", {"type": "checkboxes", **OPTIONS}),
        input_block("radio", "Radio buttons", {"type": "radio_buttons", **OPTIONS}, hint=plain("One only")),
    ],
}
SECOND = {"type": "modal", "title": plain("More"), "blocks": [{"type": "section", "text": plain("On top")}]}
HOME = {"type": "home", "blocks": [{"type": "header", "text": plain("Mine")}]}


@dataclass(slots=True)
class PageApp:
    """`submitted` are the views as the app got them, `pressed` the actions."""

    client: AsyncWebClient
    submitted: list[Payload] = field(default_factory=list)
    pressed: list[Payload] = field(default_factory=list)

    async def say(self, channel: str, text: str, **more: Any) -> str:
        """Post as the app; answers the ts."""
        return str((await self.client.chat_postMessage(channel=channel, text=text, **more))["ts"])


@contextlib.asynccontextmanager
async def running_app(server: WorkspaceServer) -> AsyncIterator[PageApp]:
    """The app connected to `server` over Socket Mode."""
    client = AsyncWebClient(token=server.app["bot_token"], base_url=server.environment["SLACK_API_URL"])
    bolt = AsyncApp(client=client, signing_secret=server.app["signing_secret"])
    app = PageApp(client)
    register(bolt, app)
    register_inputs(bolt, app)
    handler = AsyncSocketModeHandler(bolt, server.app["app_token"])
    await handler.connect_async()
    try:
        yield app
    finally:
        await handler.close_async()


def register(bolt: AsyncApp, app: PageApp) -> None:
    async def form(ack, client, body) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    async def forget() -> None:
        await asyncio.sleep(0)

    async def greet(ack, respond, command) -> None:
        await ack()
        await respond(text=f"hello {command['text']}", response_type="ephemeral")

    async def submit(ack, view) -> None:
        app.submitted.append(view)
        too_long = view["state"]["values"]["length"]["length"]["value"] == "9h"
        await (ack(response_action="errors", errors={"length": "At most 2h here."}) if too_long else ack())

    async def press(ack, action) -> None:
        await ack()
        app.pressed.append(action)

    async def more(ack, client, body) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=SECOND)

    async def home(event, client) -> None:
        await client.views_publish(user_id=event["user"], view=HOME)

    async def nothing() -> None:
        """Messages are heard and need no answer."""

    bolt.command("/form")(form)
    bolt.command("/forget")(forget)
    bolt.command("/greet")(greet)
    bolt.view("form")(submit)
    bolt.action("press")(press)
    bolt.action("more")(more)
    bolt.event("app_home_opened")(home)
    bolt.event("message")(nothing)


def register_inputs(bolt: AsyncApp, app: PageApp) -> None:
    async def inputs(ack, client, body) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=INPUTS)

    async def keep(ack, view) -> None:
        app.submitted.append(view)
        await ack()

    async def find(ack, payload) -> None:
        await ack(options=[option(f"{payload['value']}-{n}", f"{payload['value']}{n}") for n in (1, 2)])

    bolt.command("/inputs")(inputs)
    bolt.view("inputs")(keep)
    bolt.options("found")(find)
    bolt.options("finds")(find)
