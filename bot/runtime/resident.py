"""A server that runs beside us: a child of ours, unless one of an earlier parent still serves; then that is adopted."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

from bot.runtime.child import Child, Ended
from bot.runtime.web import listen

HOST = "127.0.0.1"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For a client of what is on loopback: to read the machine's certificates takes 28 ms of work (measured), each time."""

LOOK_EVERY_SECONDS = 1.0
"""How soon the end of one that is not our child is noticed."""

Serves = Callable[[str], Awaitable[bool]]
"""Does the server at this address serve our folder?"""


async def port_for(folder: Path, usual: int, serves: Serves, *, chosen: bool, variable: str) -> int:
    """The port of the one that serves `folder` already; else `usual`, or any free one unless it was chosen.

    Raises Unavailable, naming the `variable` that chose it, when that is taken by something else.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # noqa: ASYNC240 - a local folder
    for known in (last_port(folder, usual), usual):
        if await serves(address(known)):
            return known
    with listen(HOST, usual, chosen=chosen, variable=variable) as free:
        number: int = free.getsockname()[1]
    (folder / "port").write_text(str(number))
    return number


def last_port(folder: Path, usual: int) -> int:
    """Where it was started last."""
    remembered = folder / "port"
    return int(remembered.read_text()) if remembered.exists() else usual


def address(port: int) -> str:
    return f"http://{HOST}:{port}"


def key_of(state: Path) -> str:
    """How the server names the folder of its state, without telling its path."""
    return sha256(str(state.resolve()).encode()).hexdigest()[:16]


class Resident:
    """child: how it is started; its `ready` says whether it serves, ours or another's child."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._adopted = False

    async def start(self) -> None:
        """Raises Unavailable."""
        self._adopted = await self._child.ready()
        if not self._adopted:
            await self._child.start()

    async def run(self) -> None:
        """Wait for its end, which raises; started again when called again: a loop for `supervise`."""
        if self._adopted:
            await self._end_of_adopted()
        await self._child.run()
        raise Ended(f"{self._child.name} ended")

    async def stop(self) -> None:
        await self._child.stop()

    async def _end_of_adopted(self) -> None:
        """It is not our child, so nobody tells us."""
        while await self._child.ready():  # noqa: ASYNC110 - it lives in another process
            await asyncio.sleep(LOOK_EVERY_SECONDS)
        self._adopted = False
