"""Trying again while what is needed is away: for work whose result cost too much to be had a second time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from bot.errors import Unavailable
from bot.runtime.supervise import Backoff

log = structlog.get_logger(__name__)

USUAL = Backoff()

T = TypeVar("T")


async def while_away(work: Callable[[], Awaitable[T]], *, within: float, backoff: Backoff = USUAL) -> T:
    """What `work`, which bears a repeat, gives once nothing it needs is away. No try begins after `within` seconds.

    Raises Unavailable: that of the last try.
    """
    now = asyncio.get_running_loop().time
    until, waits = now() + within, backoff.waits()
    while True:
        try:
            return await work()
        except Unavailable as away:
            wait = next(waits)
            if now() + wait > until:
                raise
            log.warning("tried again soon", reason=away.user_message, seconds=round(wait, 2))
        await asyncio.sleep(wait)
