"""The work queue, on Docket: at least once, with leases that a dead worker loses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from types import MappingProxyType

import structlog
from docket import Docket, ExponentialRetry, Worker
from redis.exceptions import RedisError

from bot.errors import Unavailable
from bot.runtime.jobs import Job
from bot.runtime.metrics import JOB_SECONDS

log = structlog.get_logger(__name__)

Task = Callable[[Mapping[str, str]], Awaitable[None]]
"""Takes a job's arguments. It may run again after a crash, so it must bear a repeat."""

REDELIVERY = timedelta(seconds=30)
"""After this long without a sign of life from its worker, a job goes to another one."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a task that fails is tried in all; the waits between begin with a second and double up to `longest`."""

    attempts: int = 5
    longest: timedelta = timedelta(minutes=1)


USUAL = Retry()


@asynccontextmanager
async def open_work(
    url: str, *, workspace: str, tasks: Mapping[str, Task], retries: Mapping[str, Retry] = MappingProxyType({})
) -> AsyncGenerator[Work]:
    """The queue of one workspace. `tasks` by name: every process that enqueues or works knows them all.

    retries: by task name, for those that are not tried as usual.
    """
    async with Docket(name=f"signalbox:{workspace}", url=url) as docket:
        for name, task in tasks.items():
            docket.register(_measured(name, task, retries.get(name, USUAL)), names=[name])
        yield Work(docket)


class Work:
    """Implements Jobs; `run` works on them."""

    def __init__(self, docket: Docket) -> None:
        self._docket = docket
        self._drain = asyncio.Event()
        self._drained = asyncio.Event()

    async def enqueue(self, job: Job) -> None:
        try:
            await self._docket.add(job.name, when=job.due, key=job.id)(dict(job.arguments))
        except RedisError as error:
            raise Unavailable("The work queue does not answer. It is tried again.", recorded=None) from error

    async def run(self) -> None:
        """Work until `drain` is called: a loop for `supervise`."""
        self._drained.clear()
        try:
            await self._work()
        finally:
            self._drained.set()

    async def drain(self) -> None:
        """Take no further job and return when those that run have ended."""
        self._drain.set()
        await self._drained.wait()

    async def _work(self) -> None:
        """Leaving the worker's context drains it."""
        async with Worker(self._docket, redelivery_timeout=REDELIVERY) as worker:
            working = asyncio.ensure_future(worker.run_forever())
            drain = asyncio.ensure_future(self._drain.wait())
            await asyncio.wait({working, drain}, return_when=asyncio.FIRST_COMPLETED)
            drain.cancel()
        await working


def _measured(name: str, task: Task, tried: Retry) -> Callable[..., Awaitable[None]]:
    async def run(
        arguments: dict[str, str],
        retry: ExponentialRetry = ExponentialRetry(  # noqa: B008 - Docket reads its dependencies from defaults
            attempts=tried.attempts, minimum_delay=timedelta(seconds=1), maximum_delay=tried.longest
        ),
    ) -> None:
        began, outcome = perf_counter(), "failed"
        try:
            with structlog.contextvars.bound_contextvars(job=name, attempt=retry.attempt):
                await task(arguments)
            outcome = "done"
        finally:
            JOB_SECONDS.labels(name, outcome).observe(perf_counter() - began)

    return run
