"""A process of ours: started, watched and ended; it does not outlive us."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.errors import Unavailable
from bot.runtime import launcher

Ready = Callable[[], Awaitable[bool]]
_POLL_SECONDS = 0.02
_TAIL_BYTES = 800


class Ended(Unavailable):
    """A process that should run has ended."""


@dataclass(slots=True)
class Child:
    """`command` is a program with its arguments, `output` the file its output is added to.

    `ready` answers whether it can be used; `start` waits up to `patience` seconds for that. `stop` sends SIGTERM, and
    SIGKILL after `grace` seconds. With a `lock` file, two children never run under the same lock at the same time.
    """

    name: str
    command: Sequence[str]
    output: Path
    ready: Ready
    lock: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    patience: float = 30.0
    grace: float = 10.0
    _process: Process | None = field(default=None, init=False)

    @property
    def pid(self) -> int | None:
        """Process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        """Return when it can be used. Raises Unavailable with the end of its output."""
        with self.output.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._launched(),
                stdin=DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **self.environment},
                start_new_session=True,  # a Ctrl-C at the terminal is for us to pass on, in order
            )
        usable = False
        try:
            async with asyncio.timeout(self.patience):
                await self._until_ready()
            usable = True
        finally:
            if not usable:
                await self.stop()

    async def run(self) -> None:
        """Start it unless it runs, then wait for its end, which raises Ended: a loop for `supervise`."""
        if self.pid is None:
            await self.start()
        if self._process is not None:
            code = await self._process.wait()
            raise Ended(f"{self.name} ended with status {code}")

    async def stop(self) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(self.grace):
                await process.wait()
        except (TimeoutError, asyncio.CancelledError) as hurried:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            if isinstance(hurried, asyncio.CancelledError):
                raise

    def _launched(self) -> tuple[str, ...]:
        ours = (sys.executable, "-I", "-S", launcher.__file__, str(os.getpid()), str(self.lock or ""))
        return (*ours, *self.command)

    async def _until_ready(self) -> None:
        while not await self.ready():
            if self.pid is None:
                raise Unavailable(f"{self.name} did not start. The end of {self.output}: {self._tail()}")
            await asyncio.sleep(_POLL_SECONDS)

    def _tail(self) -> str:
        return self.output.read_bytes()[-_TAIL_BYTES:].decode(errors="replace").strip()
