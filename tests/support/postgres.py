"""A private PostgreSQL for tests, on a unix socket; a database for each test. Skips where there is none.

DATABASE_URL_TEST names a server to use instead: `postgresql+asyncpg://user@host/database`, of which the user may create
databases.
"""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from secrets import token_hex

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from bot.migrations import upgrade

QUICK = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "listen_addresses=", "-c", "max_connections=200")


def _binaries():
    """The folder of initdb and postgres, or None."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _somebody():
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    try:
        return {"user": pwd.getpwnam("postgres").pw_uid, "group": pwd.getpwnam("postgres").pw_gid}
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")


@pytest.fixture(scope="session")
def postgres_server():
    """The URL of a server's maintenance database."""
    if given := os.environ.get("DATABASE_URL_TEST"):
        yield given
        return
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL here, and DATABASE_URL_TEST is not set")
    user, folder = _somebody(), Path(tempfile.mkdtemp(prefix="pg"))
    if user:
        os.chown(folder, user["user"], user["group"])
    try:
        yield from _running(binaries, folder, user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(binaries, folder, user):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder, **user}
    initdb = [binaries / "initdb", "-D", folder / "data", "-U", "signalbox", "-A", "trust", "--no-sync"]
    subprocess.run(initdb, check=True, **quiet)
    server = subprocess.Popen([binaries / "postgres", "-D", folder / "data", "-k", folder, *QUICK], **quiet)
    try:
        url = f"postgresql+asyncpg://signalbox@/postgres?host={folder}"
        asyncio.run(_until_it_answers(url))
        yield url
    finally:
        server.terminate()
        server.wait()


async def _until_it_answers(url):
    async with asyncio.timeout(60):
        while True:
            with suppress(OSError, asyncpg.PostgresError):
                return await _execute(url, "SELECT 1")
            await asyncio.sleep(0.05)


async def _execute(url, statement):
    parsed = make_url(url)
    host = parsed.host or parsed.query["host"]
    connection = await asyncpg.connect(
        host=host, port=parsed.port, user=parsed.username, password=parsed.password, database=parsed.database
    )
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(scope="session")
def _newest(postgres_server):
    """The name of a database of the newest shape, which the migrations have made."""
    name = f"newest_{token_hex(6)}"
    asyncio.run(_execute(postgres_server, f"CREATE DATABASE {name}"))
    asyncio.run(upgrade(_named(postgres_server, name)))
    yield name
    asyncio.run(_execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def postgres(postgres_server, _newest):
    """The URL of a database of this test's own, of the newest shape."""
    async with _a_database(postgres_server, f"TEMPLATE {_newest}") as url:
        yield url


@pytest.fixture
async def empty_postgres(postgres_server):
    """The URL of an empty database of this test's own."""
    async with _a_database(postgres_server) as url:
        yield url


@asynccontextmanager
async def _a_database(server, *options):
    name = f"test_{token_hex(6)}"
    await _execute(server, " ".join([f"CREATE DATABASE {name}", *options]))
    yield _named(server, name)
    await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


def _named(server, name):
    return make_url(server).set(database=name).render_as_string(hide_password=False)
