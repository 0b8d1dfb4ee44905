"""Many runs at once, told by GitHub: the bot and the workspace are processes of their own, GitHub is its protocol server.

One run in ten is red, of one of a few causes. What came of each stands in the outbox, and in the workspace, which is
the witness.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx

from bot.ports.pipelines import RUN_ID, RunState
from integrations.workspace.control import Workspace
from tests.support.bot_process import BotProcess
from tests.support.full_days import wants_all
from tests.support.signalbox import ANA, BEN, CEM, DANA, document
from tests.support.vendors import github
from tests.support.vendors.server import served, storage
from tests.support.vendors.world import Build, World, payload
from tests.support.workspace import WorkspaceServer, start_workspace

SECRET, CHANNEL, SUITE = "hush", "C0INTEGRATION", "api"
CATALOG = """
environments: { integration: { services: [payments], announce: "#integration" } }
services: { payments: {} }
people: { ana: { slack: U0ANA }, ben: { slack: U0BEN }, cem: { slack: U0CEM }, dana: { slack: U0DANA } }
suites:
  api: { provider: github, repository: acme/payments, pipeline: tests.yml, environments: [integration], reports: ["*.xml"] }
"""
PEOPLE = (ANA, BEN, CEM, DANA)
CAUSES = ("KeyError: EUR", "ValueError: no such basket", "LookupError: out of stock")
RED_EVERY, FAILING = 10, 4
PATIENCE = 300.0
LATEST = "SELECT id, created_at FROM outbox WHERE id LIKE 'local:suite:%:ended'"


@dataclass(frozen=True, slots=True)
class Story:
    """red: which runs are, by their number. report: of a run with so many tests. settings: more of the bot."""

    red: Callable[[int], bool]
    report: Callable[[int, int], bytes]
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ManyRuns:
    """tests: in each run. sent: when the webhook of a run was taken, in unix seconds, by the run's id."""

    workspace: Workspace
    server: WorkspaceServer
    bot: BotProcess
    world: World
    folder: Path
    tests: int
    story: Story
    sent: dict[str, float] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        return self.folder / "bot" / "data" / "signalbox.db"

    async def begin(self, runs: int) -> None:
        """Asked for by four people in turn, each in words, who want all messages, however many."""
        for person in PEOPLE:
            await wants_all(self.workspace, person)
        for _, person in zip(range(runs), cycle(PEOPLE), strict=False):
            assert (await self.workspace.command(person, CHANNEL, f"/suite {SUITE} on integration")).ok
        async with asyncio.timeout(PATIENCE):
            while len(self.world.builds) < runs:  # noqa: ASYNC110 - another process begins them
                await asyncio.sleep(0.1)

    async def end(self, number: int) -> None:
        """The run of that number ends, and GitHub says so, once: a webhook that meets nobody is lost."""
        build = list(self.world.builds)[number]
        build.artifacts["junit.xml"] = self.story.report(number, self.tests)
        build.state = RunState.FAILED if self.story.red(number) else RunState.SUCCEEDED
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            self.sent[build.variables[RUN_ID]] = time.time()
            url = f"http://127.0.0.1:{self.bot.port}/webhooks/github"
            try:
                answer = await client.post(url, **_delivery(build, number))
            except httpx.TransportError:
                return
        assert answer.is_success, answer.text

    async def told(self) -> dict[str, float]:
        """When it was written down what came of each run, in unix seconds, once that is so of all that have ended."""
        async with asyncio.timeout(PATIENCE):
            while True:
                rows = {id.split(":")[2]: at / 1000 for id, at in self.rows(LATEST)}
                if rows.keys() >= self.sent.keys():
                    return rows
                await asyncio.sleep(0.5)

    async def shown(self, runs: int) -> None:
        """Until each has its card. While they run there is always an edit that waits: cards share what Slack allows."""
        cards = "SELECT count(DISTINCT card) FROM outbox WHERE kind = 'SuiteCard' AND stage = 'sent'"
        async with asyncio.timeout(PATIENCE):
            while self.rows(cards)[0][0] < runs:  # noqa: ASYNC110 - another process delivers
                await asyncio.sleep(0.5)

    async def delivered(self) -> None:
        """Until nothing in the outbox waits."""
        waiting = "SELECT count(*) FROM outbox WHERE stage IN ('pending', 'sending', 'delivered')"
        async with asyncio.timeout(PATIENCE):
            while self.rows(waiting)[0][0]:  # noqa: ASYNC110 - another process delivers
                await asyncio.sleep(0.5)

    def rows(self, query: str) -> list[tuple]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()


@asynccontextmanager
async def many_runs(
    folder: Path, *, tests: int, limits: dict[str, Any], story: Story | None = None
) -> AsyncIterator[ManyRuns]:
    """limits: of the workspace, where they are not Slack's own. story: another than that one in ten is red."""
    world, story = World(), story or Story(is_red, report)
    world.reset()
    async with served(storage(world, suffixes=False), github.app(world)) as (files, url):
        world.storage_url = files
        catalog = folder / "signalbox.yaml"
        catalog.write_text(CATALOG)
        server = start_workspace(folder / "workspace", document=document(catalog), limits=limits)
        bot = BotProcess(folder / "bot", {**server.environment, **_settings(catalog, url), **story.settings})
        try:
            await bot.start().until_ready()
            async with Workspace(server.url) as workspace:
                await workspace.wait_connected()
                yield ManyRuns(workspace, server, bot, world, folder, tests, story)
        finally:
            bot.kill()
            server.stop()


def is_red(number: int) -> bool:
    return number % RED_EVERY == 0


def cause(number: int) -> str:
    """Of a red run."""
    return CAUSES[number // RED_EVERY % len(CAUSES)]


def report(number: int, tests: int) -> bytes:
    """Of a red run a few tests fail, of one cause."""
    said = cause(number)
    stack = f'  File "checkout.py", line {len(said)}, in pay\n' * 8
    failed = f'<failure message="{said}" type="{said.partition(":")[0]}">{stack}</failure>' if is_red(number) else ""
    cases = (
        f'<testcase classname="checkout.test_pay" name="test_{each}" time="0.2">{failed if each < FAILING else ""}</testcase>'
        for each in range(tests)
    )
    return f'<testsuite name="pytest" tests="{tests}">{"".join(cases)}</testsuite>'.encode()


def _settings(catalog: Path, url: str) -> dict[str, str]:
    return {
        "SIGNALBOX_CATALOG": str(catalog),
        "GITHUB_TOKEN": github.TOKEN,
        "GITHUB_API_URL": url,
        "GITHUB_WEBHOOK_SECRET": SECRET,
    }


def _delivery(build: Build, number: int) -> dict[str, Any]:
    body = payload("github", "workflow_run_completed")
    body["workflow_run"] = {**body["workflow_run"], "id": build.id, "head_sha": build.commit}
    body["repository"] = {**body["repository"], "full_name": "acme/payments"}
    raw = json.dumps(body).encode()
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "workflow_run",
        "X-GitHub-Delivery": f"delivery-{number}",
        "X-Hub-Signature-256": f"sha256={digest}",
    }
    return {"content": raw, "headers": headers}
