"""What every chat must do: the fake one, and Slack's client against the local workspace."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bot.errors import IntegrationError
from bot.ports.chat import Chat, Message, MessageGone, OutcomeUnknown, Posted, RateLimited, Refused, TextFile
from bot.ports.fake_chat import FakeChat, Trouble
from integrations.slack import SlackChat, SlackPeople, outbox_client
from integrations.workspace.limits import Limits
from integrations.workspace.seed import default_document
from tests.support.workspace import LOOSE, workspace_here


@dataclass
class Fake:
    """channel, name and person are one place each that exists."""

    chat: Chat
    fake: FakeChat
    channel: str = "C1"
    name: str = "#announce"
    person: str = "U1"

    async def texts(self, channel):
        return [said.message.text for said in self.fake.said if said.at.channel == channel]

    async def limit(self, _method):
        self.fake.rate_limit("chat.postMessage", 2)

    async def lose_answer(self, _method):
        self.fake.lose_answer()

    async def break_down(self, _method):
        self.fake.troubles.append(Trouble(OutcomeUnknown("500")))


@dataclass
class Slack:
    chat: Chat
    workspace: Any
    channel: str
    name: str
    person: str

    async def texts(self, channel):
        return [message["text"] for message in await self.workspace.messages(channel)]

    async def limit(self, method):
        await self.workspace.fault("429", method=method, seconds=2)

    async def lose_answer(self, method):
        await self.workspace.fault("dropped", method=method)

    async def break_down(self, method):
        await self.workspace.fault("500", method=method)


@pytest_asyncio.fixture(params=["fake", "slack"])
async def town(request, tmp_path):
    if request.param == "fake":
        fake = FakeChat(channels={"#announce": "C9"})
        yield Fake(fake, fake)
        return
    document = default_document()
    first = document["channels"][0]
    async with workspace_here(tmp_path, document=document, limits=Limits(**LOOSE)) as workspace:
        chat = SlackChat(outbox_client(document["app"]["bot_token"], workspace.api_url, timeout=2))
        yield Slack(chat, workspace, first["id"], f"#{first['name']}", document["users"][0]["id"])


HELLO = Message("hello", ({"type": "section", "text": {"type": "plain_text", "text": "hello"}},))


async def test_a_channel_id_is_itself(town):
    assert await town.chat.channel_of(town.channel) == town.channel


async def test_a_name_and_a_person_have_a_channel_each_and_keep_it(town):
    named, direct = [await town.chat.channel_of(place) for place in (town.name, town.person)]
    assert named[0] == "C"
    assert direct[0] == "D"
    assert [await town.chat.channel_of(place) for place in (town.name, town.person)] == [named, direct]


async def test_a_name_nobody_has_is_refused(town):
    with pytest.raises(Refused, match="channel_not_found"):
        await town.chat.channel_of("#no-such-place")


async def test_a_message_stands_where_it_was_posted(town):
    at = await town.chat.post(town.channel, HELLO, outbox_id="a")
    assert at.channel == town.channel
    assert "hello" in await town.texts(town.channel)


async def test_a_message_is_found_by_its_id_and_no_other_is(town):
    oldest = time.time() - 60
    at = await town.chat.post(town.channel, HELLO, outbox_id="a")
    await town.chat.post(town.channel, HELLO, outbox_id="b")
    assert await town.chat.find(town.channel, "a", oldest=oldest) == at
    assert await town.chat.find(town.channel, "c", oldest=oldest) is None
    assert await town.chat.find(town.channel, "a", oldest=float(at.ts) + 1) is None


async def test_a_reply_is_found_in_its_thread(town):
    oldest = time.time() - 60
    parent = await town.chat.post(town.channel, HELLO, outbox_id="a")
    reply = await town.chat.post(town.channel, HELLO, outbox_id="b", thread=parent.ts)
    assert await town.chat.find(town.channel, "b", oldest=oldest, thread=parent.ts) == reply


async def test_a_reply_stands_in_the_channel_as_well_when_it_is_broadcast(town):
    parent = await town.chat.post(town.channel, HELLO, outbox_id="a")
    await town.chat.post(town.channel, HELLO, outbox_id="b", thread=parent.ts)
    seen = await town.chat.post(town.channel, HELLO, outbox_id="c", thread=parent.ts, broadcast=True)
    oldest = time.time() - 60
    assert await town.chat.find(town.channel, "b", oldest=oldest) is None
    assert await town.chat.find(town.channel, "c", oldest=oldest) == seen


async def test_an_update_changes_what_the_message_says_and_is(town):
    at = await town.chat.post(town.channel, HELLO, outbox_id="a")
    await town.chat.update(at, Message("goodbye"), outbox_id="b")
    texts = await town.texts(town.channel)
    assert "goodbye" in texts
    assert "hello" not in texts
    assert await town.chat.find(town.channel, "b", oldest=time.time() - 60) == at


async def test_a_message_that_is_gone_is_said_to_be(town):
    with pytest.raises(MessageGone):
        await town.chat.update(Posted(town.channel, "1.000001"), HELLO, outbox_id="a")


async def test_a_chat_that_wants_a_pause_says_how_long(town):
    await town.limit("chat.postMessage")
    with pytest.raises(RateLimited) as limited:
        await town.chat.post(town.channel, HELLO, outbox_id="a")
    assert (limited.value.method, limited.value.retry_after) == ("chat.postMessage", 2)
    assert await town.chat.find(town.channel, "a", oldest=time.time() - 60) is None


async def test_a_lost_answer_leaves_a_doubt_that_looking_resolves(town):
    await town.lose_answer("chat.postMessage")
    with pytest.raises(OutcomeUnknown):
        await town.chat.post(town.channel, HELLO, outbox_id="a")
    assert await town.chat.find(town.channel, "a", oldest=time.time() - 60) is not None


async def test_a_server_error_leaves_a_doubt(town):
    await town.break_down("chat.postMessage")
    with pytest.raises(OutcomeUnknown):
        await town.chat.post(town.channel, HELLO, outbox_id="a")


PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)


async def test_a_picture_has_an_id_that_a_block_may_show(town):
    id = await town.chat.upload_picture(PNG, name="usage.png", alt="mostly free")
    assert id.startswith("F")
    await asyncio.sleep(0.6)
    block = {"type": "image", "slack_file": {"id": id}, "alt_text": "mostly free"}
    await town.chat.post(town.channel, Message("chart", (block,)), outbox_id="a")
    assert "chart" in await town.texts(town.channel)


async def test_a_file_goes_with_its_message_which_is_found_again(town):
    listed = Message("all causes", file=TextFile("causes.txt", "1. KeyError"))
    at = await town.chat.post(town.channel, listed, outbox_id="listed")
    assert [text.partition(" <")[0] for text in await town.texts(town.channel)] == ["all causes"]
    assert await town.chat.find(town.channel, "listed", oldest=time.time() - 60) == at


async def test_a_picture_is_uploaded_anew_each_time(town):
    ids = [await town.chat.upload_picture(PNG, name="usage.png", alt="mostly free") for _ in range(2)]
    assert len(set(ids)) == 2


async def test_an_upload_that_must_wait_says_how_long(town):
    await town.limit("files.getUploadURLExternal")
    with pytest.raises(RateLimited):
        await town.chat.upload_picture(PNG, name="usage.png", alt="mostly free")


async def test_an_upload_without_an_answer_leaves_a_doubt(town):
    await town.break_down("files.completeUploadExternal")
    with pytest.raises(OutcomeUnknown):
        await town.chat.upload_picture(PNG, name="usage.png", alt="mostly free")


async def test_a_picture_that_is_too_large_is_refused(tmp_path):
    document = default_document()
    async with workspace_here(tmp_path, document=document, limits=Limits(file_size=10)) as workspace:
        chat = SlackChat(outbox_client(document["app"]["bot_token"], workspace.api_url))
        with pytest.raises(Refused, match="file_upload_size_restricted"):
            await chat.upload_picture(PNG, name="usage.png", alt="mostly free")


async def test_nobody_at_home_is_certain():
    chat = SlackChat(outbox_client("xoxb-test", "http://127.0.0.1:9/api/"))
    with pytest.raises(IntegrationError) as refused:
        await chat.post("C1", HELLO, outbox_id="a")
    assert refused.value.status == 0


async def test_a_token_nobody_knows_can_be_put_right(tmp_path):
    async with workspace_here(tmp_path) as workspace:
        chat = SlackChat(outbox_client("xoxb-wrong", workspace.api_url))
        with pytest.raises(IntegrationError, match="invalid_auth") as refused:
            await chat.post("C1", HELLO, outbox_id="a")
        assert not isinstance(refused.value, Refused)


async def test_the_token_says_who_the_bot_is_and_people_have_names_and_time_zones(tmp_path):
    document = default_document()
    async with workspace_here(tmp_path, document=document) as workspace:
        chat = SlackChat(outbox_client(document["app"]["bot_token"], workspace.api_url))
        assert (await chat.identity()).user == document["app"]["bot_user_id"]
        somebody = document["users"][0]
        people = SlackPeople(chat)
        assert "/" in (await people.zone_of(somebody["id"]) or "")
        assert await people.name_of(somebody["id"]) == somebody["real_name"]
        assert not await people.is_bot(somebody["id"])
        assert await people.is_bot(document["app"]["bot_user_id"])
        assert await people.channel_called("C0ENVS") == "environments"
        assert await people.channel_called("C0NOBODY") is None


async def test_a_person_whom_slack_cannot_name_now_is_not_asked_about_again_at_once(tmp_path):
    document = default_document()
    async with workspace_here(tmp_path, document=document) as workspace:
        people = SlackPeople(SlackChat(outbox_client(document["app"]["bot_token"], workspace.api_url)))
        assert await people.name_of("U0NOBODY") is None
        assert await people.zone_of("U0NOBODY") is None
        assert len(await workspace.calls("users.info")) == 1


async def test_a_channel_may_be_renamed_so_its_name_is_asked_for_again_but_not_at_once_where_slack_does_not_say(
    tmp_path,
):
    document, moments = default_document(), [0.0]
    async with workspace_here(tmp_path, document=document) as workspace:
        chat = SlackChat(outbox_client(document["app"]["bot_token"], workspace.api_url))
        people = SlackPeople(chat, lambda: moments[-1])

        async def named(channel, *, at, calls):
            moments.append(at)
            names = [await people.channel_called(channel) for _ in range(2)]
            assert len(await workspace.calls("conversations.info")) == calls
            return set(names)

        assert await named("C0ENVS", at=0, calls=1) == {"environments"}
        assert await named("C0ENVS", at=299, calls=1) == {"environments"}
        assert await named("C0ENVS", at=301, calls=2) == {"environments"}
        assert await named("C0NOBODY", at=302, calls=3) == {None}
        assert await named("C0NOBODY", at=361, calls=3) == {None}
        assert await named("C0NOBODY", at=363, calls=4) == {None}
        await workspace.fault("500", method="conversations.info")
        assert await named("C0ENVS", at=602, calls=5) == {"environments"}, "as it was called when Slack last said"
        assert await named("C0ENVS", at=663, calls=6) == {"environments"}


class OneChannel:
    """Says what it is told to say: a name, or an error."""

    def __init__(self, *answers):
        self._answers = list(answers)

    async def name_of(self, _channel):
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    profile_of = name_of


async def test_a_channel_that_slack_no_longer_shows_has_no_name_any_more():
    moments = [0.0]
    gone: Any = OneChannel("environments", Refused("channel_not_found", "conversations.info"))
    people = SlackPeople(gone, lambda: moments[-1])
    assert await people.channel_called("C0ENVS") == "environments"
    moments.append(301)
    assert await people.channel_called("C0ENVS") is None
