from contextlib import asynccontextmanager

import httpx
import pytest_asyncio
from fastapi import FastAPI
from sqlmodel import SQLModel

from bot.access.service import Tokens
from bot.runtime.clock import WallClock
from bot.runtime.database import open_database
from bot.runtime.web import WebServer, address_of, listen
from handlers.http import otlp
from handlers.http.api.limit import BodyLimit
from handlers.http.entry import Entry
from tests.support.telemetry import a_telemetry_town


@asynccontextmanager
async def served(app):
    """The address of a server of `app` on loopback."""
    listening = listen("127.0.0.1", 0, chosen=True)
    server = WebServer(app, listening)
    await server.start()
    try:
        yield address_of(listening)
    finally:
        await server.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory):
    """A store of telemetry that the tests of a module share."""
    async with a_telemetry_town(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('t')}/telemetry.db") as town:
        yield town


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def entry(tmp_path_factory):
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path_factory.mktemp('t')}/main.db")
    await database.transact(lambda session: SQLModel.metadata.create_all(session.connection()))
    yield Entry(Tokens(database, WallClock(), workspace="local"))
    await database.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def address(town, entry):
    """Where OTLP is received, behind the limit that the API has."""
    app = FastAPI()
    app.add_middleware(BodyLimit)
    app.include_router(otlp.router(otlp.Receiver(town.intake, entry)))
    async with served(app) as address:
        yield address


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sender(address):
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=20) as client:
        yield client
