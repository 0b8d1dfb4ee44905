"""One service as a process: it serves until it is told to stop, or whoever started it is gone."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from multiprocessing.connection import Connection
from types import ModuleType

import uvicorn
from fastapi import FastAPI

from shop import telemetry
from shop.service import Placement, listen
from shop.services import catalog, inventory, orders, payments, storefront
from shop.topology import NAME_IN_TELEMETRY

MODULES: dict[str, ModuleType] = {
    "storefront": storefront,
    "catalog": catalog,
    "orders": orders,
    "payments": payments,
    "inventory": inventory,
}
GRACE_SECONDS = 2
ORPHANED = 76


def serve(place: Placement, ready: Connection) -> None:
    """Run until SIGTERM. `ready` is told once the port is open; what comes in from then on is answered."""
    _log_errors(f"{place.environment}/{place.service}")
    os.environ["NO_PROXY"] = "127.0.0.1"
    app: FastAPI = MODULES[place.service].build(place)
    end = telemetry.start(
        app,
        place.otlp,
        name=NAME_IN_TELEMETRY.get(place.service, place.service),
        version=place.version,
        environment=place.environment,
    )
    app.router.lifespan_context = _lifespan(end)
    listening = listen(place.port)
    config = uvicorn.Config(
        app, http="h11", ws="none", log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS
    )
    ready.send(os.getpid())
    ready.close()
    asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))


class NowAndThen(logging.Filter):
    """One line of each library in ten minutes: while nobody takes telemetry, it is said with every batch."""

    SECONDS = 600.0

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("opentelemetry."):
            return True
        again = record.created >= self._said.get(record.name, 0.0) + self.SECONDS
        if again:
            self._said[record.name] = record.created
        return again


def _log_errors(name: str) -> None:
    """On stderr; all else goes where telemetry goes."""
    on_stderr = logging.StreamHandler()
    on_stderr.setLevel(logging.ERROR)
    on_stderr.addFilter(NowAndThen())
    logging.basicConfig(handlers=[on_stderr], format=f"%(asctime)s {name} %(levelname)s %(message)s")
    logging.getLogger("uvicorn.error").propagate = False  # it repeats each exception, outside of the trace


def _lifespan(end: Callable[[], None]) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        parent = multiprocessing.parent_process()
        if parent is not None:
            asyncio.get_running_loop().add_reader(parent.sentinel, lambda: os._exit(ORPHANED))
        yield
        await asyncio.to_thread(end)

    return lifespan
