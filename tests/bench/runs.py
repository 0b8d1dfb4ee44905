"""A hundred runs of 500 tests that end within a minute: from each one's webhook to what people are told, in SQL, and
from there to Slack, beside what Slack's budgets allow. `RUNS` and `RUNS_SECONDS` change how many end how fast.
"""

import asyncio
import os
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.figures import Figure
from tests.support.many_runs import ManyRuns, many_runs

RUNS, SECONDS, TESTS = int(os.environ.get("RUNS", "100")), int(os.environ.get("RUNS_SECONDS", "60")), 500
BURST = 5
"""Messages that Slack takes at once in one conversation; then one a second."""
STAGES = "SELECT stage, count(*) FROM outbox GROUP BY stage"
POSTED = """
    SELECT channel, created_at, delivered_at FROM outbox WHERE stage = 'sent' AND ts IS NOT NULL
    GROUP BY channel, ts HAVING position = min(position) ORDER BY created_at
"""
"""Messages that are new in their conversation; what edits one of them is no post."""


async def measure() -> list[Figure]:
    with TemporaryDirectory(prefix="bench") as folder:
        async with many_runs(Path(folder), tests=TESTS, limits={}) as scene:
            await scene.begin(RUNS)
            await scene.shown(RUNS)
            return await _ended(scene)


async def _ended(scene: ManyRuns) -> list[Figure]:
    began, since = time.monotonic(), 1000 * time.time()
    for number in range(RUNS):
        await asyncio.sleep(max(began + number * SECONDS / RUNS - time.monotonic(), 0))
        await scene.end(number)
    told = await scene.told()
    await scene.delivered()
    took = [1000 * (told[run] - at) for run, at in scene.sent.items()]
    name = f"{RUNS} runs of {TESTS} tests in {SECONDS} s"
    stages = Counter(dict(scene.rows(STAGES)))
    print(f"  {name}: messages {', '.join(f'{count} {stage}' for stage, count in stages.most_common())}")
    posts = [row for row in scene.rows(POSTED) if row[1] >= since]
    ours = [delivered - created for _, created, delivered in posts]
    floor = list(_floor(posts))
    return [
        Figure(f"{name}, webhook to outbox, p50", took),
        Figure(f"{name}, webhook to outbox, p99", took, quantile=0.99),
        Figure("outbox to Slack, p50", ours, "ms", None, floor, "Slack's budget"),
        Figure("outbox to Slack, p99", ours, "ms", None, floor, "Slack's budget", quantile=0.99),
    ]


def _floor(posts: Iterable[tuple[str, int, int]]) -> Iterator[float]:
    """How long each has to wait at least, in ms: a burst at once, then one a second in each conversation."""
    lately: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=BURST))
    for channel, created, _ in posts:
        before = lately[channel]
        at = max(created, before[0] + 1000 * BURST, before[-1]) if len(before) == BURST else float(created)
        before.append(at)
        yield at - created
