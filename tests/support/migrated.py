"""Databases of the newest shape: the migrations make one for all tests of a process, the others are copies of it."""

import asyncio
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.engine import make_url

from bot.migrations import upgrade


async def bring_up_to_date(url):
    """As the migrations do it, but a file that is not there yet is a copy."""
    if not await asyncio.to_thread(_copied, make_url(url)):
        await upgrade(url)


def _copied(url):
    path = Path(url.database)
    if url.get_backend_name() != "sqlite" or path.exists():
        return False
    path.write_bytes(_newest())
    return True


@cache
def _newest():
    with TemporaryDirectory() as folder:
        path = Path(folder) / "signalbox.db"
        asyncio.run(upgrade(f"sqlite+aiosqlite:///{path}"))
        return path.read_bytes()
