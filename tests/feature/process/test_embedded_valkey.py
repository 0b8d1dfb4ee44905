"""A real Valkey in a real folder; parents and children are killed for real."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import Conflict, Unavailable
from bot.runtime import embedded
from bot.runtime.embedded import EmbeddedValkey, running, socket_path
from bot.runtime.folder import check_free, claimed, note_address, prepare
from bot.runtime.supervise import Backoff, supervise
from tests.support.waiting import eventually

PARENT = """
import asyncio, sys
from pathlib import Path
from bot.runtime.embedded import EmbeddedValkey
async def main():
    valkey = EmbeddedValkey(Path(sys.argv[1]))
    await valkey.start()
    print(valkey.pid, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.fixture
def folder():
    with tempfile.TemporaryDirectory(prefix="sbx", ignore_cleanup_errors=True) as name:
        yield prepare(Path(name))


@contextlib.asynccontextmanager
async def started(folder):
    valkey = EmbeddedValkey(folder)
    await valkey.start()
    try:
        yield valkey
    finally:
        await valkey.stop()


async def ask(url, *command):
    async with Redis.from_url(url) as client:
        return await client.execute_command(*command)


async def setting(url, name):
    async with Redis.from_url(url, decode_responses=True) as client:
        return (await client.config_get(name))[name]


def kill(pid):
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


async def until_answered(url, *command):
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(RedisError, OSError):
                return await ask(url, *command)
            await asyncio.sleep(0.02)


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


async def until_gone(pid):
    await eventually(lambda: gone(pid))


async def test_every_write_is_on_disk_and_nothing_is_forgotten_or_reachable_by_network(folder):
    async with started(folder) as valkey:
        told = {
            name: await setting(valkey.url, name) for name in ("appendonly", "appendfsync", "maxmemory-policy", "port")
        }
    assert told == {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "port": "0"}


async def test_a_second_start_finds_the_data_of_the_first(folder):
    async with started(folder) as valkey:
        await ask(valkey.url, "SET", "holder", "ana")
        first = valkey.pid
    assert gone(first)
    assert await running(folder) is None
    async with started(folder) as valkey:
        assert await ask(valkey.url, "GET", "holder") == b"ana"


async def test_a_valkey_that_is_killed_comes_back_with_its_data(folder):
    stop = asyncio.Event()
    async with started(folder) as valkey:
        task = asyncio.create_task(supervise("valkey", valkey.run, stop=stop, backoff=Backoff(first=0.01)))
        await ask(valkey.url, "SET", "holder", "ana")
        killed = valkey.pid
        kill(killed)
        await until_gone(killed)
        assert await until_answered(valkey.url, "GET", "holder") == b"ana"
        stop.set()
        await task
    assert await running(folder) is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent ended")
async def test_valkey_ends_with_a_parent_that_is_killed_and_the_next_one_finds_its_data(folder):
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(folder), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    await ask(EmbeddedValkey(folder).url, "SET", "holder", "ana")
    parent.kill()
    await parent.wait()
    async with started(folder) as valkey:  # at once, while the orphan is still ending
        assert await until_answered(valkey.url, "GET", "holder") == b"ana"
    await until_gone(child)


async def test_a_survivor_of_this_folder_is_adopted_and_ended_with_us(folder):
    survivor = EmbeddedValkey(folder)
    await survivor.start()
    async with started(folder) as valkey:
        assert valkey.pid is None
        assert await ask(valkey.url, "PING")
    await until_gone(survivor.pid or 0)
    assert await running(folder) is None


async def test_an_adopted_valkey_that_dies_is_followed_by_one_of_ours(folder):
    survivor, stop = EmbeddedValkey(folder), asyncio.Event()
    await survivor.start()
    async with started(folder) as valkey:
        task = asyncio.create_task(supervise("valkey", valkey.run, stop=stop, backoff=Backoff(first=0.01)))
        await asyncio.sleep(0.05)
        kill(survivor.pid)
        await eventually(lambda: valkey.pid is not None)
        await until_answered(valkey.url, "PING")
        stop.set()
        await task


async def test_two_never_write_the_same_files(folder):
    first = EmbeddedValkey(folder)
    await first.start()
    second = EmbeddedValkey(folder)
    waiting = asyncio.create_task(second._child.start())
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await first.stop()
    await waiting
    assert await ask(second.url, "PING")
    await second.stop()


async def test_a_path_too_long_for_a_socket_gets_a_short_one_of_its_own(folder, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    deep, other = (prepare(folder / (letter * 60) / ("x" * 60)) for letter in "ab")
    assert socket_path(deep) != socket_path(other)
    assert len(os.fsencode(socket_path(deep))) <= embedded.LONGEST_SOCKET_PATH
    async with started(deep) as valkey:
        assert await ask(valkey.url, "PING")
        assert await running(other) is None


async def test_a_folder_with_a_space_in_its_name_works(folder):
    async with started(prepare(folder / "my data")) as valkey:
        assert await ask(valkey.url, "PING")


async def test_a_valkey_that_cannot_start_says_why(folder):
    (folder / "appendonlydir").write_text("not a folder")
    with pytest.raises(Unavailable, match="Valkey did not start"):
        await EmbeddedValkey(folder).start()


def test_one_folder_serves_one_process_at_a_time(folder):
    with claimed(folder), pytest.raises(Conflict, match=rf"process {os.getpid()}\) runs in .* SIGNALBOX_DATA_DIR"):
        claimed(folder).__enter__()
    with claimed(folder):
        note_address(folder, "http://127.0.0.1:8010")
        with pytest.raises(Conflict, match=r"already, at http://127\.0\.0\.1:8010\."):
            check_free(folder)
    check_free(folder)
    with claimed(folder):
        pass


def test_a_folder_is_private(tmp_path):
    (tmp_path / "old").mkdir(mode=0o755)
    for name in ("new", "old"):
        assert prepare(tmp_path / name).stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_made_says_which_setting_to_change(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(Unavailable, match="SIGNALBOX_DATA_DIR"):
        prepare(tmp_path / "file" / "below")
