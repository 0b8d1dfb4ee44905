"""The operator as a process: it starts every service, serves its control API, and ends what it started."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from shop.operator import control
from shop.operator.customers import Customers
from shop.operator.deployer import Deployer
from shop.operator.fleet import HOST, Fleet
from shop.operator.state import State

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Options:
    """port: of the control API; services get the ones after it. otlp: where telemetry goes, empty for nowhere.

    rate: orders a second. gated: nothing is deployed without a token.
    """

    data: Path
    port: int
    otlp: str = ""
    rate: float = 1.0
    gated: bool = False


def run(options: Options) -> None:
    """Until SIGINT or SIGTERM. Raises OSError when the port is taken."""
    options.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with socket.create_server((HOST, options.port), backlog=128) as listening:
        state = State(options.data / "operator.sqlite")
        port = listening.getsockname()[1]
        fleet = Fleet(state, options.data, otlp=options.otlp.rstrip("/"), first_port=port + 1)
        customers = Customers(lambda environment: fleet.url((environment, "storefront")), rate=options.rate)
        deployer = Deployer(state, fleet, gated=options.gated)
        app = control.build(_key(options.data), fleet, deployer, customers, _lifespan(fleet, customers))
        config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2)
        asyncio.run(uvicorn.Server(config).serve(sockets=[listening]))
        state.close()


def _lifespan(fleet: Fleet, customers: Customers) -> control.Lifespan:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        await fleet.start_all()
        coming = asyncio.create_task(customers.come())
        yield
        coming.cancel()
        with suppress(asyncio.CancelledError):
            await coming
        await fleet.stop_all()

    return lifespan


def _key(data: Path) -> str:
    return sha256(str(data.resolve()).encode()).hexdigest()[:16]
