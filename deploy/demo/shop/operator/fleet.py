"""The processes of all services: started, replaced, killed and stopped.

They are forked from one process that has everything imported (multiprocessing's fork server), so that one starts within
tenths of a second and shares most of its memory with the others. One that dies stays dead, and is seen to be, until
it is started, deployed, or we start anew.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from shop.operator.state import PLACES, Place, State, now
from shop.placement import Placement, begin
from shop.topology import CALLS, ENVIRONMENTS

log = logging.getLogger(__name__)

START_SECONDS, STOP_SECONDS = 15.0, 5.0
HOST = "127.0.0.1"


def open_nursery() -> None:
    """Let the process that services are forked from load what they need, while we load what we need ourselves."""
    multiprocessing.get_context("forkserver").set_forkserver_preload(["shop.nursery"])
    forkserver.ensure_running()


class DidNotStart(Exception):
    """The process ended, or took too long, before it could be used."""


@dataclass(slots=True)
class Running:
    """A process, and since when it is no more (ISO 8601 in UTC, empty while it runs)."""

    process: ForkServerProcess
    version: str
    ended: str = ""

    @property
    def alive(self) -> bool:
        return self.process.is_alive()


class Fleet:
    """otlp: where telemetry goes, empty for nowhere. first_port: services get those from here on that are free."""

    def __init__(self, state: State, data: Path, *, otlp: str, first_port: int) -> None:
        self._state, self._data, self._otlp = state, data, otlp
        self._running: dict[Place, Running] = {}
        self._ports = _assign(state, first_port)
        self._fork = multiprocessing.get_context("forkserver")

    def url(self, place: Place) -> str:
        return f"http://{HOST}:{self._ports[place]}"

    def running(self, place: Place) -> Running | None:
        """The last process that ran there, if one ever did since we started."""
        return self._running.get(place)

    async def start_all(self) -> None:
        """What does not start is logged and down; the others run."""
        results = await asyncio.gather(
            *(self.put(place, self._state.wanted(place).version) for place in PLACES), return_exceptions=True
        )
        for result in results:
            if isinstance(result, DidNotStart):
                log.error("%s", result)
            elif isinstance(result, BaseException):
                raise result

    async def put(self, place: Place, version: str) -> Running:
        """Run `version` at `place`. The one before serves until the new one does.

        Raises DidNotStart; then the one before goes on.
        """
        before = self._running.get(place)
        started = await self._start(self._placement(place, version))
        self._running[place] = started
        self._watch(place, started)
        if before is not None:
            await _stop(before.process)
        return started

    async def kill(self, place: Place) -> None:
        """Without a word, as a crash would."""
        running = self._running.get(place)
        if running is not None:
            running.process.kill()
            await asyncio.to_thread(running.process.join, STOP_SECONDS)

    async def stop_all(self) -> None:
        await asyncio.gather(*(_stop(running.process) for running in self._running.values()))

    async def _start(self, placement: Placement) -> Running:
        placement.data.mkdir(parents=True, exist_ok=True)
        receives, sends = self._fork.Pipe(duplex=False)
        named = f"{placement.environment}/{placement.service} {placement.version}"
        process = self._fork.Process(target=begin, args=(placement, sends), name=named, daemon=True)
        process.start()
        sends.close()
        with receives:
            answered = await asyncio.to_thread(receives.poll, START_SECONDS)
            with suppress(EOFError):
                if answered and receives.recv():
                    return Running(process, placement.version)
        process.kill()
        raise DidNotStart(f"{named} did not start; the log of the operator says why.")

    def _watch(self, place: Place, running: Running) -> None:
        loop = asyncio.get_running_loop()

        def over() -> None:
            loop.remove_reader(running.process.sentinel)
            running.ended = now()
            log.info("%s %s ended with %s", "/".join(place), running.version, running.process.exitcode)

        loop.add_reader(running.process.sentinel, over)

    def _placement(self, place: Place, version: str) -> Placement:
        environment, service = place
        there = [name for name in CALLS[service] if name in ENVIRONMENTS[environment]]
        return Placement(
            environment=environment,
            service=service,
            version=version,
            port=self._ports[place],
            data=self._data / environment,
            neighbours={name: self.url((environment, name)) for name in there},
            otlp=self._otlp,
        )


async def _stop(process: ForkServerProcess) -> None:
    """SIGTERM, and SIGKILL to one that does not hear it."""
    for ask in (process.terminate, process.kill):
        ask()
        await asyncio.to_thread(process.join, STOP_SECONDS)
        if not process.is_alive():
            return


def _assign(state: State, first: int) -> dict[Place, int]:
    """A port for each place: the one it had, unless somebody else has taken it."""
    ports: dict[Place, int] = {}
    for place in PLACES:
        had = state.wanted(place).port
        ports[place] = had if had and _is_free(had) else _next_free(first, lambda port: port in ports.values())
        state.keep_port(place, ports[place])
    return ports


def _next_free(first: int, taken: Callable[[int], bool]) -> int:
    return next(port for port in range(first, 65_536) if not taken(port) and _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((HOST, port))
        except OSError:
            return False
        return True
