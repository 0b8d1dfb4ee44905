"""The outbox against a Slack-compatible server that fails in every way: all delivered, none twice, in order."""

from collections import Counter

import pytest_asyncio

from integrations.slack import SlackChat, outbox_client
from integrations.workspace.limits import Limits
from integrations.workspace.seed import default_document
from tests.support.envelopes import envelope, write
from tests.support.workspace import LOOSE, workspace_here


@pytest_asyncio.fixture
async def place(tmp_path):
    document = default_document()
    async with workspace_here(tmp_path / "w", document=document, limits=Limits(**LOOSE)) as workspace:
        chat = SlackChat(outbox_client(document["app"]["bot_token"], workspace.api_url, timeout=1))
        channels = [channel["id"] for channel in document["channels"][:2]]
        yield workspace, chat, channels, document["users"][0]["id"]


async def test_every_fault_at_once_loses_nothing_repeats_nothing_and_keeps_the_order(outbox, place):
    workspace, chat, channels, person = place
    destinations = [*channels, person]
    for kind, times in (("429", 3), ("500", 4), ("dropped", 5)):
        await workspace.fault(kind, method="chat.postMessage", times=times, seconds=1)
    await workspace.fault("dropped", method="conversations.history", times=2)
    await workspace.fault("500", method="conversations.open", times=1)
    await write(outbox.database, *(envelope(f"n{n:02}", destinations[n % 3]) for n in range(45)))
    async with outbox.delivering(chat=chat), outbox.delivering(chat=chat):
        await outbox.until_over(seconds=40)
    assert Counter((await outbox.stages()).values()) == {"sent": 45}
    for which, destination in enumerate(destinations):
        said = [message["text"] for message in await workspace.messages(destination)]
        assert [text for text in said if text[0] == "n"] == [f"n{n:02}" for n in range(which, 45, 3)]


async def test_a_slow_answer_that_comes_after_all_is_not_repeated(outbox, place):
    workspace, chat, channels, _ = place
    await workspace.fault("slow", method="chat.postMessage", seconds=1.3)
    await write(outbox.database, envelope("n1", channels[0]))
    async with outbox.delivering(chat=chat):
        await outbox.until_over()
    assert [m["text"] for m in await workspace.messages(channels[0]) if m["text"] == "n1"] == ["n1"]


async def test_a_card_survives_lost_answers_as_one_message(outbox, place):
    workspace, chat, channels, _ = place
    for method in ("chat.postMessage", "chat.update"):
        await workspace.fault("dropped", method=method)
    async with outbox.delivering(chat=chat) as delivery:
        for text in ("n-held", "n-extended", "n-released"):
            await write(outbox.database, envelope(text, channels[0], card="k"))
            delivery.wake()
            await outbox.until_over()
    said = [message["text"] for message in await workspace.messages(channels[0])]
    assert [text for text in said if text.startswith("n-")] == ["n-released"]
