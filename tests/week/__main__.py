"""`make week`: eight teams, five working days, and how much of it reaches people. Ends with 1 when that is too much.

WEEK_SEED gives the same people the same wishes; how fast the machine is still shifts what they meet.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from random import Random, SystemRandom
from zoneinfo import ZoneInfo

import structlog
from docket import Docket
from sqlalchemy import text

from bot.bootstrap.floor import SLACKS
from bot.runtime.database import Database, open_database
from integrations.workspace.limits import Limits
from tests.support.signalbox import MovableClock, signalbox_here
from tests.support.valkey import ValkeyServer
from tests.week.changes import Changes
from tests.week.figures import Witness, listed
from tests.week.jobs import Jobs
from tests.week.people import People
from tests.week.pipelines import Pipelines
from tests.week.stage import Stage
from tests.week.town import ZONE, write_catalog

WORKING_DAYS, WORKSPACE = 5, "local"
KINDS = "SELECT kind, count(DISTINCT coalesce(card, id)) FROM outbox WHERE stage = 'sent' AND kind != 'LeaseCard' GROUP BY kind"


async def week(seed: int, folder: Path, valkey: ValkeyServer) -> bool:
    """Play it and print what came of it; whether that is within the budget."""
    clock, began = MovableClock(), time.monotonic()
    pipelines = Pipelines(Random(f"pipelines {seed}"), clock.now)
    about = {
        "limits": Limits().loosened(),
        "catalog": write_catalog(folder),
        "audited": False,
        "clock": clock,
        "tempo": SLACKS,
    }
    providers = {"local": pipelines.vendor}.get
    async with (
        signalbox_here(folder / "data", valkey.url, providers=providers, **about) as signalbox,
        Docket(name=f"signalbox:{WORKSPACE}", url=valkey.url) as docket,
    ):
        database = await open_database(f"sqlite+aiosqlite:///{folder / 'data' / 'signalbox.db'}")
        stage = Stage(signalbox, database, valkey.client, Jobs(database, docket))
        people, witness = People(stage, Random(seed)), Witness(signalbox.workspace)
        changes = Changes(stage, pipelines, Random(f"changes {seed}"))

        def look() -> None:
            people.look()
            changes.look()

        monday = _next_monday(stage.now)
        for day in range(WORKING_DAYS):
            morning = monday + timedelta(days=day)
            people.plan(morning)
            changes.plan(morning)
            await stage.play(morning + timedelta(hours=14), look)
            await witness.evening()
            print(f"  {morning:%A} played after {time.monotonic() - began:.0f} s", flush=True)
        told = await _kinds(database)
        print(f"{witness.table()}\n\nPeople did: {listed(people.did + changes.did)}\nThey were told of: {told}")
        await database.close()
    return witness.within_budget


def _next_monday(now: datetime) -> datetime:
    """Nine in the morning."""
    local = now.astimezone(ZoneInfo(ZONE))
    return (local + timedelta(days=7 - local.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)


async def _kinds(database: Database) -> str:
    async with database.read() as session:
        rows = (await (await session.connection()).execute(text(KINDS))).all()
    return listed({str(row[0]): int(row[1]) for row in rows})


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    seed, began = int(os.environ.get("WEEK_SEED", SystemRandom().randrange(10**9))), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="vk") as place:
        valkey = ValkeyServer(place).start()
        try:
            within = asyncio.run(week(seed, Path(place), valkey))
        finally:
            valkey.stop()
    print(f"{'Within' if within else 'OVER'} the budget. WEEK_SEED={seed}, {time.monotonic() - began:.0f} s.")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
