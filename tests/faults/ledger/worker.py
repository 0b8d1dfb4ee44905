"""A replica in a process of its own, to be killed. Says `promised ID` of each request once it is.

worker.py REDIS_URL DATABASE_URL NAME COUNT [die-before-commit]
"""

import asyncio
import os
import signal
import sys

from bot.runtime.clock import RedisClock
from tests.support.ledgers import a_town, nothing, release, reserve


def die(session, steps):
    """The events are appended, and SQL is about to have them."""
    os.kill(os.getpid(), signal.SIGKILL)


async def main(redis_url, database_url, name, count, fate=""):
    async with a_town(redis_url, database_url, RedisClock()) as town:
        ledger = await town.replica(project=die if fate else nothing)
        for n in range(int(count)):
            id = f"{name}-{n}"
            for action, command in (("reserve", reserve(id, name)), ("release", release(id, name))):
                await ledger.submit(command, request_id=f"{action}:{id}", by=name)
                print(f"promised {action}:{id}", flush=True)


asyncio.run(main(*sys.argv[1:]))
