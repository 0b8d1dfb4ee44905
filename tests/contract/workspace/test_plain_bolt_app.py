"""An app written from Bolt's documentation alone runs here unchanged, over Socket Mode and over signed HTTP."""

import asyncio
import logging
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_sdk.web import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from integrations.workspace.limits import Limits
from integrations.workspace.seed import default_document
from integrations.workspace.server import listen, new_server
from tests.contract.workspace.plain_bolt_app import plain_app
from tests.support.ports import free_port
from tests.support.workspace import LOOSE, Workspace, start_workspace

ANA, BEN = "U0ANA", "U0BEN"
LIMITS = {**LOOSE, "ack": 1.0}
COMMANDS = [{"command": name} for name in ("/echo", "/answer", "/silent", "/ask", "/nobody")]


def a_document(**app):
    return default_document(commands=COMMANDS, **app)


@pytest.fixture(scope="module")
def socket_server(tmp_path_factory):
    server = start_workspace(tmp_path_factory.mktemp("sockets"), document=a_document(), limits=LIMITS)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def http_server(tmp_path_factory):
    delivery = {"mode": "http", "request_url": f"http://127.0.0.1:{free_port()}/slack/events"}
    server = start_workspace(tmp_path_factory.mktemp("http"), document=a_document(delivery=delivery), limits=LIMITS)
    yield server
    server.stop()


@pytest_asyncio.fixture
async def over_sockets(socket_server):
    app = plain_app(f"{socket_server.url}/api/", socket_server.app["bot_token"], socket_server.app["signing_secret"])
    handler = AsyncSocketModeHandler(app, socket_server.app["app_token"])
    async with Workspace(socket_server.url) as workspace:
        await workspace.reset()
        await handler.connect_async()
        await workspace.wait_connected()
        yield workspace
    await handler.close_async()


@pytest_asyncio.fixture
async def over_http(http_server):
    app = plain_app(f"{http_server.url}/api/", http_server.app["bot_token"], http_server.app["signing_secret"])
    handler = AsyncSlackRequestHandler(app)

    async def endpoint(request: Request):
        return await handler.handle(request)

    routes = [Route("/slack/events", endpoint, methods=["POST"])]
    web = new_server(Starlette(routes=routes), Limits())
    listener = listen("127.0.0.1", urlsplit(http_server.app["delivery"]["request_url"]).port)
    running = asyncio.create_task(web.serve(sockets=[listener]))
    async with Workspace(http_server.url) as workspace:
        await workspace.reset()
        yield workspace
    web.should_exit = True
    await running


@pytest.fixture(params=["over_sockets", "over_http"])
def workspace(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(autouse=True)
def quiet():
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)


async def test_a_command_is_answered_where_only_the_person_sees_it(workspace):
    outcome = await workspace.command(ANA, "general", "/echo hi @ben & #environments")
    assert (outcome.state, outcome.error) == ("acked", "")
    [answer] = await workspace.wait_for("general", "hi", as_user=ANA)
    assert answer["text"] == "hi <@U0BEN|ben> &amp; <#C0ENVS|environments>"
    assert await workspace.messages("general") == []
    assert await workspace.ephemerals(BEN, "general") == []


async def test_an_answer_in_the_acknowledgement_is_shown(workspace):
    await workspace.command(ANA, "general", "/answer")
    [message] = await workspace.messages("general")
    assert message["text"] == "in the acknowledgement"


async def test_a_command_that_is_not_acknowledged_fails_in_slacks_words(workspace):
    outcome = await workspace.command(ANA, "general", "/silent")
    assert outcome.error in ("operation_timeout", "dispatch_failed")
    [line] = await workspace.ephemerals(ANA, "general")
    assert line["text"] == f'/silent failed with the error "{outcome.error}"'


async def test_a_command_nobody_registered_is_unknown(workspace):
    assert (await workspace.command(ANA, "general", "/nothing")).error == "unknown_command"


async def test_a_button_replaces_the_message_it_stands_in(workspace):
    await workspace.say(ANA, "general", "hello")
    [message] = await workspace.wait_for("general", "button_click")
    assert (await workspace.press(BEN, "button_click")).ok
    await workspace.wait_for("general", "<@U0BEN> clicked 42")
    [changed] = await workspace.wait_for("general", "You clicked")
    assert changed["ts"] == message["ts"]
    assert "blocks" not in changed


async def test_a_modal_with_a_validation_error_stays_open_until_it_is_right(workspace):
    await workspace.command(ANA, "general", "/ask")
    await workspace.wait_for_view(ANA, "first")
    assert (await workspace.submit(ANA, {})).errors == {"name": "Please complete this required field."}
    assert (await workspace.submit(ANA, {"name": "x"})).errors == {"name": "Too short"}
    assert (await workspace.options(ANA, "city", "lo"))["options"][0]["value"] == "London"
    assert (await workspace.submit(ANA, {"name": "Ana", "city": "London"})).ok
    await workspace.wait_for(ANA, "Thanks, Ana")
    assert await workspace.views(ANA) == []


async def test_views_stack_and_are_cleared_together(workspace):
    await workspace.command(ANA, "general", "/ask")
    first = await workspace.wait_for_view(ANA, "first")
    await workspace.press(ANA, "more")
    second = await workspace.wait_for_view(ANA, "second")
    assert second["previous_view_id"] == first["id"]
    await workspace.submit(ANA, {"name": "Ana"})
    assert await workspace.views(ANA) == []


async def test_the_app_hears_of_a_modal_that_is_closed(workspace):
    await workspace.command(ANA, "general", "/ask")
    await workspace.wait_for_view(ANA, "first")
    await workspace.dismiss(ANA)
    await workspace.wait_for(ANA, "Closed")


async def test_the_home_is_published_when_it_is_opened(workspace):
    await workspace.open_home(BEN)
    home = await workspace.wait_for_home(BEN, "Welcome home, <@U0BEN>")
    assert home["type"] == "home"
    assert await workspace.home(ANA) is None


async def test_a_mention_is_answered_in_its_thread(workspace):
    said = await workspace.say(ANA, "general", "@signalbox are you there?")
    [reply] = await workspace.wait_for("general", "You called?")
    assert reply["thread_ts"] == said["ts"]
    assert [each["ts"] for each in await workspace.messages("general", thread_ts=said["ts"])] == [
        said["ts"],
        reply["ts"],
    ]


async def test_a_reaction_is_heard(workspace):
    said = await workspace.say(ANA, "general", "done")
    await workspace.react(BEN, "general", said["ts"], "tada")
    await workspace.wait_for("general", "A tada!")


async def test_the_synchronous_client_works_as_well(workspace):
    def talk():
        client = WebClient(token="xoxb-local-bot", base_url=workspace.api_url)
        assert client.auth_test()["user_id"] == "U0SIGNALBOX"
        posted = client.chat_postMessage(
            channel="C0GENERAL", text="hi", metadata={"event_type": "x", "event_payload": {"id": 1}}
        )
        found = client.conversations_history(channel="C0GENERAL", include_all_metadata=True).get("messages", [])[0]
        assert found["metadata"]["event_payload"] == {"id": 1}
        return posted["ts"]

    ts = await asyncio.to_thread(talk)
    client = AsyncWebClient(token="xoxb-local-bot", base_url=workspace.api_url)
    names = [page.get("channels", [])[0]["name"] async for page in await client.conversations_list(limit=1)]
    assert names == ["general", "environments"]
    assert (await client.chat_delete(channel="C0GENERAL", ts=str(ts)))["ok"]
