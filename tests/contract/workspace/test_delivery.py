"""Payloads reach the app as Slack sends them: once, to one connection, again when nobody acknowledged."""

import asyncio
import contextlib
import json
from urllib.parse import parse_qs

import pytest
import pytest_asyncio
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from integrations.workspace.limits import Limits
from integrations.workspace.seed import default_document
from integrations.workspace.server import base_url, listen, new_server
from tests.contract.workspace.raw_app import fresh_url, name_of, raw_app
from tests.support.workspace import workspace_here

ANA, BEN = "U0ANA", "U0BEN"
QUICK = Limits(ack=1.0, event_retries=(0.0, 0.1, 0.1))


@pytest_asyncio.fixture
async def workspace(tmp_path):
    async with workspace_here(tmp_path, limits=QUICK) as workspace:
        yield workspace


@contextlib.asynccontextmanager
async def running(app):
    task = asyncio.create_task(app.run())
    yield app
    task.cancel()


async def test_a_command_nobody_can_take_fails_at_once(workspace):
    outcome = await workspace.command(ANA, "general", "/env")
    assert (outcome.state, outcome.error) == ("no_app", "dispatch_failed")


async def test_a_command_that_is_not_acknowledged_in_time_fails_and_a_late_answer_is_noted(workspace):
    async with raw_app(workspace) as app:
        command = asyncio.create_task(workspace.command(ANA, "general", "/env list"))
        frame = await app.next()
        assert (await command).error == "operation_timeout"
        await app.ack(frame, {"text": "too late"})
        await workspace.wait_for_traffic("ack", count=2)
    assert [entry["state"] for entry in await workspace.traffic("ack")] == ["timeout", "late"]
    assert "too late" not in str(await workspace.ephemerals(ANA, "general"))


async def test_a_ticket_opens_one_connection(workspace):
    url = await fresh_url(workspace)
    async with connect(url, proxy=None):
        with pytest.raises(InvalidStatus, match="403"):
            await connect(url, proxy=None)


async def test_an_eleventh_connection_is_refused(workspace):
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(raw_app(workspace))
        with pytest.raises(SlackApiError, match="too_many_websockets"):
            await stack.enter_async_context(raw_app(workspace))


async def test_each_payload_goes_to_one_connection(workspace):
    async with raw_app(workspace) as one, raw_app(workspace) as two, running(one), running(two):
        for number in range(4):
            await workspace.command(ANA, "general", f"/env {number}")
    texts = [frame["payload"]["text"] for app in (one, two) for frame in app.frames if "payload" in frame]
    assert sorted(texts) == ["0", "1", "2", "3"]
    assert len(one.frames) == len(two.frames) == 3


async def test_an_event_that_is_not_acknowledged_comes_again(workspace):
    async with raw_app(workspace) as app:
        await workspace.say(ANA, "general", "hello")
        frames = [await app.next() for _ in range(3)]
        await app.ack(frames[-1])
    assert [(frame["retry_attempt"], frame["retry_reason"]) for frame in frames] == [
        (0, ""),
        (1, "http_timeout"),
        (2, "http_timeout"),
    ]
    assert len({frame["payload"]["event_id"] for frame in frames}) == 1
    assert len({frame["envelope_id"] for frame in frames}) == 3


async def test_an_event_is_given_up_after_three_more_tries(workspace):
    async with raw_app(workspace):
        await workspace.say(ANA, "general", "hello")
        await workspace.wait_for_traffic("ack", count=4)
        await asyncio.sleep(0.3)
    assert len(await workspace.traffic("delivery")) == 4


async def test_an_event_moves_to_another_connection_when_its_own_closes(workspace):
    async with raw_app(workspace) as one:
        await workspace.say(ANA, "general", "hello")
        await one.next()
        async with raw_app(workspace) as two:
            await one.socket.close()
            frame = await two.next()
            await two.ack(frame)
    assert frame["payload"]["event"]["text"] == "hello"
    assert frame["retry_attempt"] == 1


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_a_disconnect_frame_comes_before_the_end(workspace, reason):
    async with raw_app(workspace) as app:
        assert await workspace.disconnect(reason) == 1
        frame = await app.next()
        assert (frame["type"], frame["reason"]) == ("disconnect", reason)
        with pytest.raises(ConnectionClosed):
            await app.next()


async def test_a_warning_leaves_the_connection_open(workspace):
    async with raw_app(workspace) as app:
        await workspace.disconnect("warning")
        assert (await app.next())["reason"] == "warning"
        async with running(app):
            assert (await workspace.command(ANA, "general", "/env")).ok


async def test_a_cut_comes_without_a_word(workspace):
    async with raw_app(workspace) as app:
        await workspace.disconnect("cut")
        with pytest.raises(ConnectionClosed):
            await app.next()
    assert not await workspace.connected()


async def test_a_command_answered_with_wrong_blocks_fails(workspace):
    async with raw_app(workspace) as app, running(app):
        app.answers["/env"] = {"blocks": [{"type": "nothing"}]}
        outcome = await workspace.command(ANA, "general", "/env")
    assert (outcome.state, outcome.error) == ("acked", "invalid_command_response")
    assert "invalid_command_response" in (await workspace.ephemerals(ANA, "general"))[0]["text"]


async def test_dropping_an_acknowledgement_looks_like_a_timeout(workspace):
    async with raw_app(workspace) as app, running(app):
        await workspace.fault("drop_ack", method="/env")
        assert (await workspace.command(ANA, "general", "/env")).error == "operation_timeout"
        assert (await workspace.command(ANA, "general", "/env")).ok


async def test_a_duplicate_is_the_same_event_in_another_envelope(workspace):
    async with raw_app(workspace) as app, running(app):
        await workspace.fault("duplicate", method="message")
        await workspace.say(ANA, "general", "hello")
        await workspace.wait_for_traffic("message", count=4)
    first, second = [frame for frame in app.frames if "payload" in frame]
    assert first["payload"] == second["payload"]
    assert first["envelope_id"] != second["envelope_id"]


async def test_events_follow_scopes_and_subscriptions(tmp_path):
    document = default_document(bot_scopes=["chat:write", "im:history"], events=["message.im", "message.channels"])
    async with workspace_here(tmp_path, document=document, limits=QUICK) as workspace, raw_app(workspace) as app:
        async with running(app):
            await workspace.say(ANA, "general", "@signalbox in the channel")
            await workspace.say(ANA, "dm", "in private")
            await workspace.wait_for_traffic("message", count=2)
        frames = [frame for frame in app.frames if "payload" in frame]
    assert [(frame["payload"]["event"]["text"], name_of(frame)) for frame in frames] == [("in private", "message")]


class Listener:
    """An app with a request URL: answers with `status` and keeps what it was sent."""

    def __init__(self):
        self.status = 200
        self.requests = []

    async def handle(self, request):
        body = (await request.body()).decode()
        self.requests.append((dict(request.headers), body))
        if body.startswith("{") and json.loads(body)["type"] == "url_verification":
            return PlainTextResponse(json.loads(body)["challenge"])
        return JSONResponse({"text": "by HTTP"}, status_code=self.status)


@pytest_asyncio.fixture
async def over_http(tmp_path):
    listener, socket = Listener(), listen("127.0.0.1", 0)
    web = new_server(Starlette(routes=[Route("/slack", listener.handle, methods=["POST"])]), Limits())
    task = asyncio.create_task(web.serve(sockets=[socket]))
    document = default_document(delivery={"mode": "http", "request_url": f"{base_url(socket)}/slack"})
    async with workspace_here(tmp_path, document=document, limits=QUICK) as workspace:
        yield workspace, listener
    web.should_exit = True
    await task


async def test_every_request_is_signed_over_its_body(over_http):
    workspace, listener = over_http
    await workspace.command(ANA, "general", "/env list")
    await workspace.say(ANA, "general", "hello")
    await workspace.wait_for_traffic("ack", count=2)
    verifier = SignatureVerifier("local-signing-secret")
    assert all(verifier.is_valid_request(body, headers) for headers, body in listener.requests)
    assert not any(verifier.is_valid_request(body + "x", headers) for headers, body in listener.requests)


async def test_the_url_is_verified_before_the_first_event(over_http):
    workspace, listener = over_http
    await workspace.say(ANA, "general", "one")
    await workspace.wait_for_traffic("ack")
    await workspace.say(ANA, "general", "two")
    await workspace.wait_for_traffic("ack", count=2)
    assert [json.loads(body)["type"] for _, body in listener.requests] == [
        "url_verification",
        "event_callback",
        "event_callback",
    ]


async def test_the_body_of_the_response_answers_a_command(over_http):
    workspace, listener = over_http
    await workspace.command(ANA, "general", "/env list")
    assert [message["text"] for message in await workspace.ephemerals(ANA, "general")] == ["by HTTP"]
    assert parse_qs(listener.requests[0][1])["text"] == ["list"]


async def test_a_failed_event_comes_again_and_says_so(over_http):
    workspace, listener = over_http
    listener.status = 500
    await workspace.say(ANA, "general", "hello")
    await workspace.wait_for_traffic("ack", count=4)
    events = [headers for headers, body in listener.requests if "event_callback" in body]
    assert [headers.get("x-slack-retry-num") for headers in events] == [None, "1", "2", "3"]
    assert events[1]["x-slack-retry-reason"] == "http_error"


async def test_a_refused_command_fails(over_http):
    workspace, listener = over_http
    listener.status = 401
    assert (await workspace.command(ANA, "general", "/env")).error == "dispatch_failed"
