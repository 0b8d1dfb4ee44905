"""The whole of Signalbox in the test's own loop, in a workspace that enforces Slack's limits: nothing is patched."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from pydantic import SecretStr

from bot.bootstrap import Floor, Parts, Started, start
from bot.bootstrap.diagnoses import Asking
from bot.bootstrap.floor import Tempo
from bot.bootstrap.slack import slack_app
from bot.catalog import load
from bot.deployments.needs import Providers
from bot.grammar.words import why_taken
from bot.notices.budgets import WORKSPACE, Rate
from bot.notices.delivery import Pace
from bot.runtime import folder
from bot.runtime.clock import RedisClock
from bot.runtime.local_workspace import Credentials, seed
from bot.runtime.processes import Lifecycle
from bot.runtime.redis import Keys
from bot.settings import Settings, SlackMode
from handlers.kit.answer import STILL_WORKING, is_used_up
from integrations.workspace.control import PATIENCE, Workspace
from integrations.workspace.limits import Limits
from tests.support.blocks import MESSAGE_BLOCKS, VIEW_BLOCKS, assert_fit_for_slack
from tests.support.migrated import bring_up_to_date
from tests.support.ports import free_port
from tests.support.workspace import workspace_here

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "deploy" / "demo" / "signalbox.yaml"
INTEGRATION = "C0INTEGRATION"
HURRIED = Tempo(
    Pace(card=timedelta(milliseconds=100), live=timedelta(0)), {method: Rate(600_000, 1000) for method in WORKSPACE}, {}
)
"""For a workspace that bears any rate: nobody waits for the next edit of a card."""

UNHURRIED = replace(HURRIED, pace=Pace())
"""Cards keep their buttons for as long as in Slack: two people press one, the second before it is gone."""

ANA, BEN, CEM, DANA = "U0ANA", "U0BEN", "U0CEM", "U0DANA"


class MovableClock(RedisClock):
    """Redis' time, and what a test has added to it."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.ahead


@dataclass(slots=True)
class Signalbox:
    """A running Signalbox, and the workspace around it as people and as a witness."""

    started: Started
    workspace: Workspace
    clock: MovableClock

    def advance(self, by: timedelta) -> None:
        """Let time pass for the rules."""
        self.clock.ahead += by
        self.started.rooms.ledger.look_at_the_clock()

    async def type(self, person: str, line: str, channel: str = INTEGRATION) -> str:
        """Type a line; the words of the answer that only this person sees."""
        since = await self._newest(person, channel)
        outcome = await self.workspace.command(person, channel, line)
        assert outcome.ok, outcome
        return await self._next(person, channel, since)

    async def press(self, person: str, action_id: str, *, channel: str = INTEGRATION, ts: str | None = None) -> str:
        """Press a button in the newest answer that has it, else in the newest message; the words of the answer.

        A card may come later than the answer beside it, and buttons of lines bear the same names.
        """
        since = await self._newest(person, channel)
        ts = ts or await self._answer_with(action_id, person, channel)
        before = await self._shown(person, channel, ts)
        outcome = await self.workspace.press(person, action_id, channel=channel, ts=ts)
        assert outcome.ok, outcome
        if before and is_used_up({"container": {"is_ephemeral": True}, "actions": [{"action_id": action_id}]}):
            return await self._instead(person, channel, before, since)
        return await self._next(person, channel, since)

    async def _shown(self, person: str, channel: str, ts: str | None) -> dict[str, Any] | None:
        """The answer with that time, as it is now."""
        seen = await self.workspace.ephemerals(person, channel)
        return next((each for each in seen if each["ts"] == ts), None)

    async def _instead(self, person: str, channel: str, before: dict[str, Any], since: str) -> str:
        """What stands in the place of an answer, or behind it where nothing came of the press."""
        async with asyncio.timeout(PATIENCE):
            while await self._newest(person, channel) == since:
                if (now := await self._shown(person, channel, before["ts"])) != before:
                    return words_of(now)
                await asyncio.sleep(0.02)
        return await self._next(person, channel, since)

    async def settle(self, person: str, action_id: str, offer: dict[str, Any]) -> str:
        """Press a button in an offer's own message; the words that stand there then."""
        outcome = await self.workspace.press(person, action_id, channel="dm", ts=offer["ts"])
        assert outcome.ok, outcome
        async with asyncio.timeout(PATIENCE):
            while (now := await self._direct_message(person, offer["ts"])) == offer:  # noqa: ASYNC110 - another server decides
                await asyncio.sleep(0.02)
        return words_of(now)

    async def told(self, person: str, contains: str, *, within: float = PATIENCE) -> dict[str, Any]:
        """The newest direct message to this person that contains the text."""
        return (await self.workspace.wait_for(person, contains, within=within))[-1]

    async def announced(self, contains: str, *, channel: str = INTEGRATION, within: float = PATIENCE) -> dict[str, Any]:
        """The newest message of the channel that contains the text."""
        return (await self.workspace.wait_for(channel, contains, within=within))[-1]

    async def _direct_message(self, person: str, ts: str) -> dict[str, Any]:
        return next(each for each in await self.workspace.direct_messages(person) if each["ts"] == ts)

    async def _answer_with(self, action_id: str, person: str, channel: str) -> str | None:
        seen = await self.workspace.ephemerals(person, channel)
        return next((str(each["ts"]) for each in reversed(seen) if f"'{action_id}'" in str(each)), None)

    async def _newest(self, person: str, channel: str) -> str:
        seen = await self.workspace.ephemerals(person, channel)
        return str(seen[-1]["ts"]) if seen else "0"

    async def _next(self, person: str, channel: str, since: str) -> str:
        while True:
            found = await self.workspace.wait_for(channel, as_user=person, since=since)
            since = str(found[-1]["ts"])
            if STILL_WORKING not in (words := words_of(found[-1])):  # a slow machine says so first
                return words


def words_of(message: object) -> str:
    """All text of a message, as it was sent."""
    if isinstance(message, dict):
        own = [message["text"]] if isinstance(message.get("text"), str) else []
        return "\n".join([*own, *filter(None, map(words_of, message.values()))])
    if isinstance(message, list):
        return "\n".join(filter(None, map(words_of, message)))
    return ""


def document(catalog_path: Path = SAMPLE, **app: Any) -> dict[str, Any]:
    """The workspace's seed for a catalog, with well-known tokens."""
    catalog = load(catalog_path, why_taken=why_taken)
    keys = Credentials("xoxb-test", "xapp-test", "test-signing-secret")
    made = seed(catalog, keys, slack_app("/env", "/deploy", "/suite"))
    return {**made, "app": {**made["app"], **app}}


@asynccontextmanager
async def signalbox_here(
    data: Path,
    redis_url: str,
    *,
    limits: Limits | None = None,
    catalog: Path = SAMPLE,
    mode: str = "socket",
    apart: bool = False,
    audited: bool = True,
    providers: Providers | None = None,
    clock: MovableClock | None = None,
    asking: Asking | None = None,
    tempo: Tempo = HURRIED,
) -> AsyncIterator[Signalbox]:
    """Workspace and bot in this loop. mode: how Slack reaches the bot, `socket` or `http`.

    apart: the bot in two parts, as two processes would be; `started` is then the one that Slack reaches.
    providers: who runs pipelines, where somebody does. asking: whom diagnoses ask, in place of the sources. clock: where somebody else goes by it too.
    limits: all but Slack's 3 s to acknowledge and to open a form, which a busy machine may exceed: tests of those make
    a workspace of their own.
    tempo: how quickly messages follow each other.
    audited: at the end, everything that was said is held to Slack's limits.
    """
    port, catalog = free_port(), _undisturbed(catalog, data)
    delivery = {"mode": "http", "request_url": f"http://127.0.0.1:{port}/slack/events"} if mode == "http" else {}
    seeded = document(catalog, **({"delivery": delivery} if delivery else {}))
    patient = replace(limits or Limits(), ack=PATIENCE, trigger=PATIENCE)
    async with workspace_here(data / "workspace", document=seeded, limits=patient) as workspace, Lifecycle() as life:
        settings = Settings(
            _env_file=None,  # pyright: ignore[reportCallIssue] - pydantic-settings takes it at run time
            slack_bot_token=SecretStr("xoxb-test"),
            slack_app_token=SecretStr("xapp-test"),
            slack_signing_secret=SecretStr("test-signing-secret"),
            slack_mode=SlackMode(mode),
            slack_api_url=workspace.api_url,
            redis_url=SecretStr(redis_url),
            data_dir=data,
            catalog=catalog,
            port=port,
            callback_hosts="127.0.0.1",
        )
        await bring_up_to_date(settings.database_address())
        clock = clock or MovableClock()
        parts = Parts(worker=not apart, workspace=False, embedded=False)
        floor = Floor(settings, parts, folder.prepare(data), life, Keys("local"), clock, tempo)
        started = await start(floor, providers, asking)
        if apart:
            await start(replace(floor, parts=replace(parts, web=False, worker=True)), providers, asking)
        if mode == "socket":
            await workspace.wait_connected()
        yield Signalbox(started, workspace, clock)
        if audited:
            await all_fit_for_slack(workspace)


def undisturbed_sample() -> str:
    """The text of the sample catalog without what happens by itself: suites that run by the clock, and health addresses.

    These name the port of the sample shop, which somebody may run on this machine; and nobody has to be looked at
    every few seconds either.
    """
    by_itself = ("health:", "schedule:", "- { cron:")
    lines = SAMPLE.read_text("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.strip().startswith(by_itself))


def _undisturbed(catalog: Path, data: Path) -> Path:
    if catalog != SAMPLE:
        return catalog
    data.mkdir(parents=True, exist_ok=True)
    apart = data / SAMPLE.name
    apart.write_text(undisturbed_sample(), "utf-8")
    return apart


async def all_fit_for_slack(workspace: Workspace) -> None:
    """Every message and view that a test has led to is one that Slack takes, unless the test has failed before."""
    for each in _with_blocks(await workspace.export()):
        most = VIEW_BLOCKS if each.get("type") in ("home", "modal") else MESSAGE_BLOCKS
        text = each.get("text")
        assert_fit_for_slack(each["blocks"], text=text if isinstance(text, str) else "", most=most)


def _with_blocks(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("blocks"), list):
            yield value
        for inner in value.values():
            yield from _with_blocks(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _with_blocks(inner)


@pytest_asyncio.fixture
async def signalbox(valkey: Any, tmp_path: Path) -> AsyncIterator[Signalbox]:
    """The sample catalog, Slack's limits but for the rates, Socket Mode."""
    async with signalbox_here(tmp_path, valkey.url, limits=Limits().loosened()) as running:
        yield running
