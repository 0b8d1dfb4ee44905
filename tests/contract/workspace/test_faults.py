"""Each fault does what it says, as often as it says."""

import asyncio
import time

import httpx
import pytest
from slack_sdk.errors import SlackApiError

from integrations.workspace.control import Refused
from tests.contract.workspace.raw_app import raw_app
from tests.support.waiting import eventually

GENERAL = "C0GENERAL"


async def post(workspace, text="x"):
    async with httpx.AsyncClient(trust_env=False, headers={"Authorization": "Bearer xoxb-local-bot"}) as client:
        return await client.post(f"{workspace.api_url}chat.postMessage", json={"channel": GENERAL, "text": text})


async def said(workspace):
    return [message["text"] for message in await workspace.messages("general")]


async def test_429_refuses_before_anything_happens(strict):
    await strict.fault("429", method="chat.postMessage", seconds=7)
    answer = await post(strict)
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["error"]) == (429, "7", "ratelimited")
    assert (await post(strict, "again")).json()["ok"]
    assert await said(strict) == ["again"]


async def test_500_has_no_json(strict):
    await strict.fault("500", method="chat.postMessage")
    answer = await post(strict)
    assert (answer.status_code, answer.text) == (500, "Internal Server Error")
    assert await said(strict) == []


async def test_slow_is_slow_and_then_works(strict):
    await strict.fault("slow", seconds=0.3)
    started = time.monotonic()
    assert (await post(strict)).json()["ok"]
    assert time.monotonic() - started >= 0.3


async def test_dropped_happens_and_is_never_answered(strict):
    await strict.fault("dropped", method="chat.postMessage")
    with pytest.raises(httpx.TransportError):
        await post(strict, "did it arrive?")
    assert await said(strict) == ["did it arrive?"]
    [call] = await strict.calls("chat.postMessage")
    assert (call["ok"], call["fault"]) == (True, "dropped")


async def test_a_fault_hits_its_method_as_often_as_asked(strict, slack):
    await strict.fault("500", method="chat.postMessage", times=2)
    assert (await slack.auth_test())["ok"]
    assert [(await post(strict)).status_code for _ in range(3)] == [500, 500, 200]


async def test_a_fault_may_last_a_while(strict):
    await strict.fault("500", lasts=1)
    assert (await post(strict)).status_code == 500

    async def over():
        return (await post(strict)).status_code != 500

    await eventually(over)


async def test_faults_can_be_cleared(strict):
    await strict.fault("500", times=None)
    await strict.clear_faults()
    assert (await post(strict)).status_code == 200


async def test_an_unknown_fault_is_named(strict):
    with pytest.raises(Refused, match=r"No such fault: .meteor.\. Known are 429, 500"):
        await strict.fault("meteor")


async def test_a_response_url_may_be_hit_too(strict):
    async with raw_app(strict) as app:
        asked = await _command(strict, app)
        await strict.fault("500", method="response_url")
        async with httpx.AsyncClient(trust_env=False) as client:
            statuses = [(await client.post(asked["response_url"], json={"text": "x"})).status_code for _ in range(2)]
    assert statuses == [500, 200]


async def _command(workspace, app):
    waiting = asyncio.create_task(workspace.command("U0ANA", "general", "/env"))
    frame = await app.next()
    await app.ack(frame)
    await waiting
    return frame["payload"]


async def test_faults_are_told_to_the_sdk_as_errors(strict, slack):
    await strict.fault("429", method="auth.test")
    with pytest.raises(SlackApiError, match="ratelimited"):
        await slack.auth_test()
