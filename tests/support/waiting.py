"""Waiting for what happens elsewhere, without saying how long it takes."""

import asyncio
import inspect

from bot.runtime.supervise import end


async def ended(task):
    """Cancel a loop until it has ended, and raise what it ended with. One cancellation can be lost in redis-py."""
    await end(task, again=0.2)
    if not task.cancelled():
        task.result()


async def eventually(holds, *, seconds=30):
    """Returns once `holds()` (or awaiting it) is true; fails when it is not within `seconds`.

    It looks less often the longer that takes: what looks keeps busy what is waited for.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    while (waited := loop.time() - began) <= seconds:
        value = holds()
        if await value if inspect.isawaitable(value) else value:
            return
        await asyncio.sleep(min(max(waited / 10, 0.01), 0.1))
    raise AssertionError(f"still not true after {seconds} s: {inspect.getsource(holds).strip()}")
