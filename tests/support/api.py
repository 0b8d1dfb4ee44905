"""Callers of the HTTP API: real requests over loopback, with tokens made as the command line makes them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from bot.access.model import scopes_of
from bot.access.service import Tokens, Wish
from bot.runtime.clock import WallClock
from bot.runtime.database import open_database
from bot.runtime.resident import NO_TLS
from tests.support.signalbox import Signalbox

MakeClient = Callable[..., Awaitable[httpx.AsyncClient]]


async def a_token(address: str, name: str, *scopes: str, days: int = 1, **more: Any) -> str:
    """The text of a new token in the database at `address`, of the workspace `local`."""
    database = await open_database(address)
    try:
        wish = Wish(name, scopes_of(scopes), timedelta(days=days), **more)
        _, text = await Tokens(database, WallClock(), workspace="local").create(wish)
    finally:
        await database.close()
    return text


@pytest_asyncio.fixture
async def pipeline(signalbox: Signalbox, tmp_path: Path) -> AsyncIterator[MakeClient]:
    """`await pipeline("ci")` is a client of the API with a token of that name; scopes, and what else is wished of it,
    may follow.
    """
    async with AsyncExitStack() as stack:

        async def make(name: str, *scopes: str, **more: Any) -> httpx.AsyncClient:
            address = f"sqlite+aiosqlite:///{tmp_path}/signalbox.db"
            text = await a_token(address, name, *(scopes or ("reservations:write",)), **more)
            client = httpx.AsyncClient(
                base_url=signalbox.started.address,
                headers={"Authorization": f"Bearer {text}"},
                trust_env=False,
                verify=NO_TLS,
                timeout=90,
            )
            return await stack.enter_async_context(client)

        yield make
