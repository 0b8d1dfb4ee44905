"""A hundred runs of 500 tests that end within a minute: from each one's webhook to what people are told, in SQL.

The bot is a process of its own, and so is the workspace; GitHub's part is played by its protocol server, which hands
out reports of 500 tests, a tenth of the runs red. `RUNS` and `RUNS_SECONDS` change how many end how fast.
"""

import asyncio
import hashlib
import hmac
import json
import os
import sqlite3
import time
from collections import Counter
from contextlib import closing
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bot.ports.pipelines import RUN_ID, RunState
from integrations.workspace.control import Workspace
from tests.bench.figures import Figure
from tests.support.bot_process import BotProcess
from tests.support.signalbox import ANA, BEN, CEM, DANA, document
from tests.support.vendors import github
from tests.support.vendors.server import served, storage
from tests.support.vendors.world import Build, World, payload
from tests.support.workspace import LOOSE, start_workspace

RUNS, SECONDS, TESTS = int(os.environ.get("RUNS", "100")), int(os.environ.get("RUNS_SECONDS", "60")), 500
SECRET, CHANNEL = "hush", "C0INTEGRATION"
CATALOG = """
environments: { integration: { services: [payments], announce: "#integration" } }
services: { payments: {} }
people: { ana: { slack: U0ANA }, ben: { slack: U0BEN }, cem: { slack: U0CEM }, dana: { slack: U0DANA } }
suites:
  api: { provider: github, repository: acme/payments, pipeline: tests.yml, environments: [integration], reports: ["*.xml"] }
"""
TOLD = "SELECT id, created_at FROM outbox WHERE id LIKE 'local:suite:%:ended'"
STAGES = "SELECT stage, count(*) FROM outbox GROUP BY stage"


async def measure() -> list[Figure]:
    world = World()
    world.reset()
    with TemporaryDirectory(prefix="bench") as folder:
        async with served(storage(world, suffixes=False), github.app(world)) as (files, url):
            world.storage_url = files
            return await _measured(Path(folder), world, url)


async def _measured(folder: Path, world: World, github_url: str) -> list[Figure]:
    catalog = folder / "signalbox.yaml"
    catalog.write_text(CATALOG)
    server = start_workspace(folder / "workspace", document=document(catalog), limits=LOOSE)
    bot = BotProcess(folder / "bot", {**server.environment, **_settings(catalog, github_url)})
    try:
        await bot.start().until_ready()
        async with Workspace(server.url) as workspace:
            await workspace.wait_connected()
            await _begun(workspace, world)
        return await _ended(bot, world, folder / "bot" / "data" / "signalbox.db")
    finally:
        bot.kill()
        server.stop()


def _settings(catalog: Path, url: str) -> dict[str, str]:
    return {
        "SIGNALBOX_CATALOG": str(catalog),
        "GITHUB_TOKEN": github.TOKEN,
        "GITHUB_API_URL": url,
        "GITHUB_WEBHOOK_SECRET": SECRET,
    }


async def _begun(workspace: Workspace, world: World) -> None:
    """Asked for by four people, each in words."""
    for _, person in zip(range(RUNS), cycle((ANA, BEN, CEM, DANA)), strict=False):
        assert (await workspace.command(person, CHANNEL, "/suite api on integration")).ok
    async with asyncio.timeout(300):
        while len(world.builds) < RUNS:  # noqa: ASYNC110 - another process begins them
            await asyncio.sleep(0.1)
    await asyncio.sleep(5)


async def _ended(bot: BotProcess, world: World, database: Path) -> list[Figure]:
    sent: dict[str, float] = {}
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        began = time.monotonic()
        for number, build in enumerate(list(world.builds)):
            await asyncio.sleep(max(began + number * SECONDS / RUNS - time.monotonic(), 0))
            build.artifacts["junit.xml"] = report(number)
            build.state = RunState.FAILED if number % 10 == 0 else RunState.SUCCEEDED
            sent[build.variables[RUN_ID]] = time.time()
            answer = await client.post(f"http://127.0.0.1:{bot.port}/webhooks/github", **_delivery(build, number))
            assert answer.is_success, answer.text
    told = await _told(database, sent)
    took = [1000 * (told[run] - at) for run, at in sent.items()]
    name = f"{RUNS} runs of {TESTS} tests in {SECONDS} s, webhook to outbox"
    await asyncio.sleep(5)
    stages = Counter(dict(_rows(database, STAGES)))
    print(f"  {name}: messages {', '.join(f'{count} {stage}' for stage, count in stages.most_common())}")
    return [Figure(f"{name}, p50", took), Figure(f"{name}, p99", took, quantile=0.99)]


async def _told(database: Path, sent: dict[str, float]) -> dict[str, float]:
    """When it was written down what came of each run, in unix seconds."""
    async with asyncio.timeout(300):
        while True:
            rows = {id.split(":")[2]: at / 1000 for id, at in _rows(database, TOLD)}
            if rows.keys() >= sent.keys():
                return rows
            await asyncio.sleep(1)


def _rows(database: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def _delivery(build: Build, number: int) -> dict:
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


def report(number: int) -> bytes:
    """Of every tenth run four tests fail, of one cause."""
    stack = '  File "checkout.py", line 31, in pay\n' * 8
    failed = f'<failure message="KeyError: EUR" type="KeyError">{stack}</failure>' if number % 10 == 0 else ""
    cases = (
        f'<testcase classname="checkout.test_pay" name="test_{each}" time="0.2">{failed if each < 4 else ""}</testcase>'
        for each in range(TESTS)
    )
    return f'<testsuite name="pytest" tests="{TESTS}">{"".join(cases)}</testsuite>'.encode()
