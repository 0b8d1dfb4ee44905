"""`make bench`: every group in turn, and one table. `python -m tests.bench promises slack` measures only these."""

import asyncio
import logging
import os
import sys
import time
from functools import partial

import structlog

from tests.bench import (
    boards,
    diagnosing,
    flakes,
    flood,
    grouping,
    narrative,
    promises,
    ranking,
    reports,
    runs,
    slack,
    telemetry,
    waiting,
)
from tests.bench.figures import Figure, table
from tests.bench.stage import a_valkey


async def main(wanted: list[str]) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    figures: list[Figure] = []
    with a_valkey() as server:
        groups = {
            "promises": partial(promises.measure, server),
            "waiting": partial(waiting.measure, server),
            "boards": partial(boards.measure, server),
            "slack": slack.measure,
            "telemetry": telemetry.measure,
            "flood": flood.measure,
            "grouping": grouping.measure,
            "flaky": flakes.measure,
            "narrative": narrative.measure,
            "ranking": ranking.measure,
            "diagnosing": diagnosing.measure,
            "reports": reports.measure,
            "runs": runs.measure,
        }
        for name in wanted or groups:
            began = time.monotonic()
            figures += await groups[name]()
            print(f"  {name} measured in {time.monotonic() - began:.0f} s", flush=True)
    busy = os.getloadavg()[0]
    print(f"\n{table(figures)}\n\n{os.cpu_count()} cores, load {busy:.1f}; p50 unless it says otherwise.")
    missed = sum(figure.verdict == "missed" for figure in figures)
    print(f"{missed} goals missed." if missed else "Every goal met.")


asyncio.run(main(sys.argv[1:]))
