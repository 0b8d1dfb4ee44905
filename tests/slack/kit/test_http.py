"""Only Slack gets in, once, and is told the truth."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from bot.errors import Unavailable
from bot.ports.inbox import Kind
from handlers.app import dispatch
from handlers.http.slack import Door, router, sign
from handlers.kit.reception import Reception
from tests.support.arrivals import NOW, a_click, a_command, a_submission, an_event
from tests.support.ledgers import FakeClock

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class InboxHere:
    """An inbox in a list, which can be away."""

    def __init__(self):
        self.arrived, self.away = [], None

    async def put(self, arrival):
        if self.away:
            raise self.away
        self.arrived.append(arrival)
        return True


@pytest.fixture
def inbox():
    return InboxHere()


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest_asyncio.fixture
async def slack(app, inbox, clock, once, counts):
    served = FastAPI()

    async def inline(body):
        return await dispatch(app, body)

    served.include_router(router(Reception(inbox, inline, clock), Door(SECRET, once, clock), counts))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://test") as client:
        yield Slack(client, clock)


class Slack:
    """Signs and sends as Slack does; every part of the signature can be spoiled."""

    def __init__(self, client, clock):
        self._client, self._clock = client, clock

    async def send(self, raw, kind=JSON, *, secret=SECRET, late=timedelta(0), headers=None, path="/slack/events"):
        raw = raw.encode() if isinstance(raw, str) else raw
        timestamp = str(int((self._clock.now() + late).timestamp()))
        signed = {
            "x-slack-request-timestamp": timestamp,
            "x-slack-signature": sign(secret, timestamp, raw),
            "content-type": kind,
        }
        return await self._client.post(path, content=raw, headers={**signed, **(headers or {})})

    async def event(self, event=None, **more):
        return await self.send(json.dumps(event or an_event()), **more)

    async def command(self, **more):
        return await self.send(urlencode(a_command("reserve x", **more)), FORM, path="/slack/commands")

    async def interaction(self, payload):
        return await self.send(urlencode({"payload": json.dumps(payload)}), FORM, path="/slack/interactivity")


def test_the_signature_is_that_of_slacks_published_example():
    """docs.slack.dev, "Verifying requests from Slack"."""
    raw = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    expected = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign(SECRET, "1531420618", raw) == expected


async def test_events_commands_and_clicks_go_to_the_inbox_and_get_an_empty_200(slack, inbox):
    answers = [await slack.event(), await slack.command(), await slack.interaction(a_click())]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"")] * 3
    assert [arrival.kind for arrival in inbox.arrived] == [Kind.EVENT, Kind.COMMAND, Kind.INTERACTION]
    assert [arrival.lane for arrival in inbox.arrived] == ["U1"] * 3


async def test_a_payload_is_the_same_over_http_as_over_a_socket(slack, inbox):
    await slack.command(empty="")
    await slack.interaction(a_click())
    assert [arrival.body for arrival in inbox.arrived] == [a_command("reserve x", empty=""), a_click()]


@pytest.mark.parametrize(
    ("spoiled", "status", "reason"),
    [
        ({"secret": "another"}, 401, "bad signature"),
        ({"headers": {"x-slack-signature": ""}}, 401, "bad signature"),
        ({"headers": {"x-slack-signature": "v0=ü".encode()}}, 401, "bad signature"),
        ({"headers": {"x-slack-request-timestamp": ""}}, 401, "no timestamp"),
        ({"headers": {"x-slack-request-timestamp": "soon"}}, 401, "no timestamp"),
        ({"headers": {"x-slack-request-timestamp": "²".encode("latin-1")}}, 401, "no timestamp"),
        ({"headers": {"x-slack-request-timestamp": "9" * 12}}, 401, "stale"),
        ({"headers": {"x-slack-request-timestamp": "9" * 400}}, 401, "no timestamp"),
        ({"headers": {"x-slack-request-timestamp": "9" * 5000}}, 401, "no timestamp"),
        ({"late": timedelta(seconds=-301)}, 401, "stale"),
        ({"late": timedelta(seconds=301)}, 401, "stale"),
        ({"kind": "text/plain"}, 200, None),
    ],
)
async def test_whoever_cannot_show_to_be_slack_is_not_let_in(  # noqa: PLR0917 - fixtures
    slack, inbox, counts, spoiled, status, reason
):
    assert (await slack.event(**spoiled)).status_code == status
    assert counts.counted == ([("request", reason)] if reason else [])
    assert bool(inbox.arrived) is (status == 200)


@pytest.mark.parametrize("late", [-300, 300])
async def test_a_clock_may_differ_by_five_minutes(slack, late):
    assert (await slack.event(late=timedelta(seconds=late))).status_code == 200


async def test_a_request_heard_twice_is_let_in_once(slack, inbox, counts):
    assert [(await slack.event()).status_code for _ in range(2)] == [200, 401]
    assert counts.counted == [("request", "replayed")]
    assert len(inbox.arrived) == 1


async def test_more_than_a_megabyte_is_not_read(slack, counts):
    assert (await slack.send(b"x" * 1_000_001)).status_code == 413
    assert counts.counted == [("request", "too large")]


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b'"x"'])
async def test_a_body_nobody_can_read_is_refused(slack, counts, raw):
    assert (await slack.send(raw)).status_code == 400
    assert counts.counted == [("request", "unreadable")]


async def test_slack_asks_whether_this_url_is_ours(slack, inbox):
    answer = await slack.send(json.dumps({"type": "url_verification", "challenge": "3eZb"}))
    assert answer.json() == {"challenge": "3eZb"}
    assert inbox.arrived == []


async def test_a_form_is_answered_at_once(slack, on, inbox):
    async def handler(ack):
        await ack(response_action="errors", errors={"b": "no"})

    on.view("env.reserve", handler)
    answer = await slack.interaction(a_submission())
    assert answer.json() == {"response_action": "errors", "errors": {"b": "no"}}
    assert inbox.arrived == []


async def test_options_are_answered_at_once(slack, on):
    async def handler(ack):
        await ack(options=[{"text": {"type": "plain_text", "text": "x"}, "value": "x"}])

    on.options("env.where", handler)
    asked = {"type": "block_suggestion", "action_id": "env.where", "block_id": "b", "value": "x", "user": {"id": "U1"}}
    assert (await slack.interaction(asked)).json()["options"][0]["value"] == "x"


AWAY = Unavailable("Nothing was changed.", recorded=False)


class TestWithoutAStore:
    async def test_an_event_is_left_to_slack_to_send_again(self, slack, inbox):
        inbox.away = AWAY
        assert (await slack.event()).status_code == 503
        inbox.away = None
        assert (await slack.event()).status_code == 200

    async def test_a_command_is_answered_with_the_truth(self, slack, inbox):
        inbox.away = AWAY
        answer = await slack.command()
        assert answer.json() == {"response_type": "ephemeral", "text": "Nothing was changed."}

    async def test_a_click_is_told_where_it_was_made(self, slack, inbox, witness):
        inbox.away = AWAY
        answer = await slack.interaction(a_click(response_url=witness.url("/response/1")))
        assert answer.status_code == 503
        assert [said["text"] for said in witness.said_at("/response/1")] == ["Nothing was changed."]
