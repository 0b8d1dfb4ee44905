"""From the webhook of a red run to its diagnosis in the thread, with vendors' sources that answer in 0.1 s, and with one
that never does. `DIAGNOSES` changes how many.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from starlette.types import ASGIApp, Receive, Scope, Send

from bot.cases.values import Kind, case_id
from tests.bench.figures import Figure, at_most
from tests.support.many_runs import PATIENCE, ManyRuns, Story, many_runs
from tests.support.vendors import loki, tempo
from tests.support.vendors.server import served

RUNS, APART, TESTS = int(os.environ.get("DIAGNOSES", "20")), 4.0, 50
DEADLINE, PROMPT, NEVER = 20, 0.1, 3600.0
ANSWERED = "SELECT thread, delivered_at FROM outbox WHERE kind = 'DiagnosisCard' AND final = 1 AND stage = 'sent'"
WORDS = ["basket", "charge", "refund", "parcel", "voucher", "locker", "invoice", "courier", "tariff", "coupon"]


async def measure() -> list[Figure]:
    quick = await _took(PROMPT)
    slow = await _took(NEVER)
    return [
        Figure("red run to diagnosis in the thread, sources in 0.1 s, p50", quick, "ms"),
        Figure("red run to diagnosis in the thread, sources in 0.1 s, p99", quick, "ms", quantile=0.99),
        Figure("the same with one source that hangs, p50", slow, "ms"),
        Figure(
            "the same with one source that hangs, p99", slow, "ms", at_most(1000 * DEADLINE + 10_000), quantile=0.99
        ),
    ]


async def _took(pause: float) -> list[float]:
    """In ms, of each run. pause: seconds before the source of logs answers."""
    with TemporaryDirectory(prefix="bench") as folder:
        async with _sources(pause) as settings:
            story = Story(lambda _: True, _report, settings)
            async with many_runs(Path(folder), tests=TESTS, limits={}, story=story) as scene:
                await _all_end(scene)
                return await _told(scene)


async def _all_end(scene: ManyRuns) -> None:
    await scene.begin(RUNS)
    for number in range(RUNS):
        await scene.end(number)
        await asyncio.sleep(APART)


async def _told(scene: ManyRuns) -> list[float]:
    began = {f"case:{case_id(run, Kind.FAILURES)}": at for run, at in scene.sent.items()}
    async with asyncio.timeout(PATIENCE):
        while len(rows := dict(scene.rows(ANSWERED))) < RUNS:  # noqa: ASYNC110 - another process tells
            await asyncio.sleep(0.5)
    return [at - 1000 * began[thread] for thread, at in rows.items()]


@asynccontextmanager
async def _sources(pause: float) -> AsyncIterator[dict[str, str]]:
    logs, traces = _late(loki.Server().app(), pause), _late(tempo.Server().app(), PROMPT)
    async with served(logs, traces) as (logs_url, traces_url):
        yield {
            "SIGNALBOX_LOKI_URL": logs_url,
            "SIGNALBOX_LOKI_TOKEN": loki.TOKEN,
            "SIGNALBOX_TEMPO_URL": traces_url,
            "SIGNALBOX_TEMPO_TOKEN": tempo.TOKEN,
            "SIGNALBOX_DIAGNOSIS_DEADLINE": str(DEADLINE),
        }


def _late(app: ASGIApp, seconds: float) -> ASGIApp:
    async def late(scope: Scope, receive: Receive, send: Send) -> None:
        await asyncio.sleep(seconds)
        await app(scope, receive, send)

    return late


def _report(number: int, tests: int) -> bytes:
    """Each run fails of a cause of its own: numbers are no difference, words are."""
    said = f"{WORDS[number % 10].title()}Error: no {WORDS[number // 10 % 10]} for the {WORDS[number % 10]}"
    failed = f'<failure message="{said}" type="{said.partition(":")[0]}">{said}</failure>'
    cases = (
        f'<testcase classname="shop.test_{WORDS[number % 10]}" name="test_{each}" time="0.2">{failed * (each < 2)}</testcase>'
        for each in range(tests)
    )
    return f'<testsuite name="pytest" tests="{tests}">{"".join(cases)}</testsuite>'.encode()
