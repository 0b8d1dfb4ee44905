"""What the page asks and hears. The page is another program: the names here are its contract."""

import asyncio
import contextlib
import json

import httpx
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect

from tests.contract.workspace.raw_app import raw_app

ANA, BEN, BOT = "U0ANA", "U0BEN", "U0SIGNALBOX"
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}


class Page:
    def __init__(self, client, person):
        self.client, self.person, self.pushed = client, person, []

    async def get(self, name, /, **query):
        return (await self.client.get(f"/_page/{name}", params={"as": self.person, **query})).json()

    async def post(self, name, /, **body):
        return (await self.client.post(f"/_page/{name}", json={"as": self.person, **body})).json()

    @contextlib.asynccontextmanager
    async def watching(self):
        url = str(self.client.base_url).replace("http", "ws", 1).rstrip("/")
        async with connect(f"{url}/_page/socket?as={self.person}", proxy=None) as socket:
            reader = asyncio.create_task(self._read(socket))
            yield self
            reader.cancel()

    async def _read(self, socket):
        async for text in socket:
            self.pushed.append(json.loads(text))

    async def heard(self, kind):
        for _ in range(200):
            if found := [push for push in self.pushed if push["type"] == kind]:
                return found
            await asyncio.sleep(0.01)
        raise AssertionError(f"no {kind} among {[push['type'] for push in self.pushed]}")


@pytest_asyncio.fixture
async def pages(strict):
    async with httpx.AsyncClient(base_url=strict.url, trust_env=False) as client:
        yield Page(client, ANA), Page(client, BEN)


async def test_boot_gives_everything_the_page_begins_with(pages):
    boot = await pages[0].get("boot")
    assert set(boot) >= {"team", "me", "users", "channels", "commands", "app", "welcome"}
    assert boot["me"]["id"] == ANA
    assert set(boot["me"]) == {"id", "name", "real_name", "tz", "tz_offset", "color", "is_bot", "image"}
    general, dm = boot["channels"][0], next(each for each in boot["channels"] if each["user"] == BOT)
    assert (general["name"], general["is_im"], dm["is_im"]) == ("general", False, True)
    assert set(general) == {
        *("id", "name", "is_im", "is_private", "user", "topic", "member"),
        *("unread", "mentions", "last_read", "last_ts"),
    }
    assert boot["commands"][0]["usage_hint"] == "[reserve] [name]"
    assert boot["app"] == {"user_id": BOT, "name": "Signalbox", "connected": False}


async def test_a_page_that_nobody_has_told_begins_as_the_first_person(pages):
    assert (await pages[0].get("boot", **{"as": ""}))["me"]["id"] == ANA


async def test_nobody_sees_the_direct_messages_of_others(pages):
    ana, ben = pages
    dm = (await ana.post("dm", user="U0CEM"))["channel"]
    assert dm["id"] not in [channel["id"] for channel in (await ben.get("boot"))["channels"]]
    assert (await ben.get("history", channel=dm["id"]))["error"] == "channel_not_found"


async def test_a_message_reaches_the_windows_of_others_and_counts_as_unread(pages):
    ana, ben = pages
    async with ben.watching():
        await asyncio.sleep(0.05)
        sent = await ana.post("message", channel="C0GENERAL", text="hi @ben & all")
        [push] = await ben.heard("message")
        assert push["message"]["text"] == "hi <@U0BEN> &amp; all"
        assert push["message"]["channel"] == "C0GENERAL"
        [unread] = await ben.heard("unread")
        assert (unread["unread"], unread["mentions"]) == (1, 1)
        [note] = await ben.heard("notification")
        assert (note["title"], note["body"]) == ("ana in #general", "hi @ben & all")
        await ben.post("read", channel="C0GENERAL", ts=sent["ts"])
    general = (await ben.get("boot"))["channels"][0]
    assert (general["unread"], general["mentions"]) == (0, 0)
    assert (await ana.get("boot"))["channels"][0]["unread"] == 0


async def test_a_reply_notifies_who_takes_part_in_the_thread(pages, strict):
    ana, ben = pages
    parent = await ana.post("message", channel="C0GENERAL", text="question")
    await ben.post("message", channel="C0GENERAL", text="answer", thread_ts=parent["ts"])
    assert [note["body"] for note in await strict.notifications(ANA)] == ["answer"]
    assert await strict.notifications("U0CEM") == []
    history = (await ana.get("history", channel="C0GENERAL"))["messages"]
    assert [(message["text"], message["reply_count"]) for message in history] == [("question", 1)]
    replies = (await ana.get("replies", channel="C0GENERAL", ts=parent["ts"]))["messages"]
    assert [message["text"] for message in replies] == ["question", "answer"]


async def test_nobody_is_notified_of_what_they_said_themselves(pages, strict):
    await pages[0].post("message", channel="C0GENERAL", text="note to @ana and @here")
    assert await strict.notifications(ANA) == []
    assert [note["title"] for note in await strict.notifications(BEN)] == ["ana in #general"]


async def test_an_edit_notifies_nobody(pages, strict, slack):
    posted = await slack.chat_postMessage(channel="C0GENERAL", text="quiet")
    await slack.chat_update(channel="C0GENERAL", ts=posted["ts"], text="now <@U0ANA>")
    assert await strict.notifications(ANA) == []


async def test_history_goes_back_page_by_page(pages):
    ana = pages[0]
    for number in range(5):
        await ana.post("message", channel="C0GENERAL", text=str(number))
    newest = await ana.get("history", channel="C0GENERAL", limit=2)
    assert [message["text"] for message in newest["messages"]] == ["3", "4"]
    older = await ana.get("history", channel="C0GENERAL", limit=5, before=newest["messages"][0]["ts"])
    assert ([message["text"] for message in older["messages"]], older["has_more"]) == (["0", "1", "2"], False)


async def test_ephemeral_messages_are_shown_to_one_person(pages, slack):
    ana, ben = pages
    async with ana.watching(), ben.watching():
        await asyncio.sleep(0.05)
        await slack.chat_postEphemeral(channel="C0GENERAL", user=ANA, text="psst")
        [push] = await ana.heard("ephemeral")
    assert (push["message"]["ephemeral"], push["message"]["only_for"]) == (True, ANA)
    assert ben.pushed == []


async def test_a_command_without_an_app_says_so(pages):
    answer = await pages[0].post("command", channel="C0GENERAL", text="/env")
    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")
    assert (await pages[0].post("command", channel="C0GENERAL", text="/none"))["error"] == "unknown_command"


async def test_the_page_hears_whether_the_app_is_there(pages, strict):
    async with pages[0].watching():
        await asyncio.sleep(0.05)
        async with raw_app(strict):
            assert (await pages[0].heard("app"))[0]["connected"] is True
    assert (await pages[0].get("boot"))["app"]["connected"] is False


async def test_a_button_on_the_page_reaches_the_app(pages, strict, slack):
    blocks = [{"type": "actions", "block_id": "row", "elements": [BUTTON]}]
    posted = await slack.chat_postMessage(channel="C0GENERAL", text="card", blocks=blocks)
    async with raw_app(strict) as app:
        running = asyncio.create_task(app.run())
        pressed = {"block_id": "row", "action_id": "go", "type": "button"}
        place = {"channel": "C0GENERAL", "message_ts": posted["ts"]}
        assert await pages[0].post("action", **place, action=pressed, state={"values": {}}) == {"ok": True}
        wrong = await pages[0].post("action", **place, action={"action_id": "stop"}, state={})
        running.cancel()
    assert app.frames[-1]["payload"]["actions"][0]["action_id"] == "go"
    assert (wrong["error"], wrong["message"]) == ("action_not_found", "No element 'stop' there. There are: go.")


async def test_a_published_home_is_pushed(pages, slack):
    async with pages[0].watching():
        await asyncio.sleep(0.05)
        await slack.views_publish(user_id=ANA, view={"type": "home", "blocks": [{"type": "divider"}]})
        [push] = await pages[0].heard("home")
    assert push["view"]["blocks"][0]["type"] == "divider"
    assert (await pages[0].get("home"))["view"]["id"] == push["view"]["id"]


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        ("message", {"channel": "C0GENERAL", "text": ""}, "no_text"),
        ("message", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ("message", {"text": "x"}, "invalid_arguments"),
        ("reaction", {"channel": "C0GENERAL", "ts": "1.000001", "name": "x"}, "message_not_found"),
        ("view/close", {"view_id": "V0NONE"}, "not_found"),
        ("dm", {"user": "U0NOBODY"}, "user_not_found"),
    ],
)
async def test_a_wrong_request_is_answered_in_words(pages, name, body, error):
    answer = await pages[0].post(name, **body)
    assert (answer["ok"], answer["error"]) == (False, error)
    assert answer["message"]


async def test_the_page_is_served(strict):
    async with httpx.AsyncClient(base_url=strict.url, trust_env=False) as client:
        assert (await client.get("/")).status_code == 200
        assert (await client.get("/static/app.js")).headers["content-type"].startswith("text/javascript")
        assert (await client.get("/static/../seed.py")).status_code == 404
