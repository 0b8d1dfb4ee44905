"""Socket Mode, against the local workspace: acknowledged means written down."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Unavailable
from bot.ports.chat import Message
from bot.runtime.consumer import Consumer, Limits
from bot.runtime.inbox import RedisInbox
from handlers.app import Dispatcher, create_app, dispatch
from handlers.kit.guard import Guard
from handlers.kit.listeners import Listeners
from handlers.kit.reception import Reception
from handlers.socket import SocketMode
from integrations.slack import SlackChat
from integrations.workspace.seed import default_document
from tests.support.envelopes import WallClock
from tests.support.waiting import eventually
from tests.support.workspace import workspace_here

ANA = "U0ANA"
HERE = "C0GENERAL"


class FlakyInbox:
    """The real inbox; away while `away` is set."""

    def __init__(self, inbox):
        self._inbox, self.away = inbox, None

    async def put(self, arrival):
        if self.away:
            raise self.away
        return await self._inbox.put(arrival)


@asynccontextmanager
async def running(coroutine):
    task = asyncio.create_task(coroutine)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Bot:
    """The edge as bootstrap joins it."""

    def __init__(self, identity, client, app_token, inbox, *, once, counts):
        self.app = create_app(client, identity)
        guard = Guard(deps=None, once=once, client=client, counts=counts, team_of=lambda _: None)
        self.on = Listeners(self.app, guard)
        self.inbox = FlakyInbox(inbox)

        async def inline(body):
            return await dispatch(self.app, body)

        dispatcher = Dispatcher(self.app, client, once)
        reception = Reception(self.inbox, inline, WallClock())
        self.socket = SocketMode(reception, app_token, client, ping=1)
        limits = Limits(block=timedelta(milliseconds=100))
        self.consumer = Consumer(inbox, dispatcher, replica="r1", on_dead=dispatcher.give_up, limits=limits)


@pytest_asyncio.fixture
async def place(tmp_path):
    document = default_document()
    async with workspace_here(tmp_path, document=document) as workspace:
        yield workspace, document["app"]


@pytest_asyncio.fixture
async def bot(place, redis, keys, once, counts):
    workspace, app = place
    client = AsyncWebClient(token=app["bot_token"], base_url=workspace.api_url)
    identity = await SlackChat(client).identity()
    bot = Bot(identity, client, app["app_token"], RedisInbox(redis, keys), once=once, counts=counts)
    async with running(bot.socket.run()), running(bot.consumer.run()):
        await workspace.wait_connected()
        yield bot


@pytest.fixture
def workspace(place):
    return place[0]


async def echo(command, respond):
    await respond(f"heard {command['text']}")


async def test_a_command_is_acknowledged_and_answered(bot, workspace):
    bot.on.command("/env", echo)
    outcome = await workspace.command(ANA, HERE, "/env hello")
    assert (outcome.state, outcome.payload) == ("acked", None)
    await workspace.wait_for(HERE, "heard hello", as_user=ANA)


async def test_a_payload_delivered_twice_is_handled_once(bot, workspace):
    heard = []

    async def handler(command):
        heard.append(command["text"])

    bot.on.command("/env", handler)
    await workspace.fault("duplicate", method="/env")
    await workspace.command(ANA, HERE, "/env first")
    await workspace.command(ANA, HERE, "/env second")
    await eventually(lambda: "second" in heard)
    assert heard == ["first", "second"]


async def test_a_form_opens_refuses_and_closes(bot, workspace):
    field = {
        "type": "input",
        "block_id": "length",
        "label": {"type": "plain_text", "text": "How long"},
        "element": {"type": "plain_text_input", "action_id": "length"},
    }
    form = {
        "type": "modal",
        "callback_id": "env.reserve",
        "title": {"type": "plain_text", "text": "Reserve"},
        "submit": {"type": "plain_text", "text": "Reserve"},
        "blocks": [field],
    }

    async def opens(open_view):
        await open_view(form)

    async def submits(view, ack):
        if view["state"]["values"]["length"]["length"]["value"] == "9h":
            await ack(response_action="errors", errors={"length": "8 h at most"})

    bot.on.command("/env", opens)
    bot.on.view("env.reserve", submits)
    await workspace.command(ANA, HERE, "/env reserve")
    await workspace.wait_for_view(ANA, "env.reserve")
    refused = await workspace.submit(ANA, {"length": "9h"})
    assert refused.errors == {"length": "8 h at most"}
    assert (await workspace.submit(ANA, {"length": "1h"})).ok
    assert await workspace.views(ANA) == []


async def test_without_a_store_a_command_is_told_so_and_nothing_is_kept(bot, workspace):
    bot.on.command("/env", echo)
    bot.inbox.away = Unavailable("Nothing was changed.", recorded=False)
    outcome = await workspace.command(ANA, HERE, "/env hello")
    assert outcome.payload == {"response_type": "ephemeral", "text": "Nothing was changed."}


async def test_without_a_store_an_event_is_not_acknowledged_so_it_comes_again(bot, workspace):
    opened = []

    async def handler(event):
        opened.append(event["user"])

    bot.on.event("app_home_opened", handler)
    bot.inbox.away = Unavailable("Nothing was changed.", recorded=False)
    await workspace.open_home(ANA)
    await asyncio.sleep(0.2)
    assert opened == []
    bot.inbox.away = None
    await eventually(lambda: opened)
    assert opened == [ANA]


@pytest.mark.parametrize("reason", ["refresh_requested", "cut"])
async def test_a_closed_connection_is_opened_again(bot, workspace, reason):
    bot.on.command("/env", echo)
    await workspace.disconnect(reason)
    await asyncio.sleep(0.1)
    await workspace.wait_connected()
    await workspace.command(ANA, HERE, "/env again")
    await workspace.wait_for(HERE, "heard again", as_user=ANA)


async def test_an_unknown_button_is_answered(bot, workspace):
    async def handler(respond):
        button = {"type": "button", "action_id": "old.button", "text": {"type": "plain_text", "text": "Old"}}
        await respond(Message("look", ({"type": "actions", "elements": [button]},)))

    bot.on.command("/env", handler)
    await workspace.command(ANA, HERE, "/env")
    await workspace.wait_for(HERE, "look", as_user=ANA)
    await workspace.press(ANA, "old.button")
    await workspace.wait_for(HERE, "I do not know that one", as_user=ANA)


async def test_a_stop_leaves_no_task_behind(place, redis, keys, once, counts):
    workspace, app = place
    client = AsyncWebClient(token=app["bot_token"], base_url=workspace.api_url)
    bot = Bot(
        await SlackChat(client).identity(), client, app["app_token"], RedisInbox(redis, keys), once=once, counts=counts
    )
    before = asyncio.all_tasks()
    async with running(bot.socket.run()):
        await workspace.wait_connected()
        assert await bot.socket.connected()
    ours = [task for task in asyncio.all_tasks() - before if "slack_sdk" in repr(task)]
    assert ours == []
