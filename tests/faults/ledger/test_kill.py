"""Processes die without a word: whatever was promised stays true, and what was appended is not left lying."""

import asyncio
import sys
from pathlib import Path

from tests.support.ledgers import a_town, release, reserve

WORKER = Path(__file__).parent / "worker.py"
ROOT = WORKER.parents[3]


async def start(valkey, ledger_database, *args):
    return await asyncio.create_subprocess_exec(
        sys.executable, str(WORKER), valkey.url, ledger_database, *map(str, args),
        stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": str(ROOT)}, cwd=ROOT,
    )  # fmt: skip


async def promises(worker, most=10_000):
    """What a worker promises, until it has promised `most`, or ends."""
    ids = []
    async for line in worker.stdout:
        word, _, id = line.decode().strip().partition(" ")
        if word == "promised":
            ids.append(id)
        if len(ids) >= most:
            break
    return ids


async def until_held(ledger, id):
    async with asyncio.timeout(30):
        while id not in ledger.cached().leases:  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.05)


def whole(history):
    seqs = [recorded.seq for recorded in history]
    return seqs == list(range(1, len(seqs) + 1))


async def test_what_a_process_appended_and_did_not_live_to_commit_another_one_commits(own_valkey, ledger_database):
    async with a_town(own_valkey.url, ledger_database) as town:
        worker = await start(own_valkey, ledger_database, "ana", 1, "die")
        assert await worker.wait() == -9
        ledger = await town.replica()
        await until_held(ledger, "ana-0")
        assert whole(await ledger.history(environment="integration"))


async def test_a_process_that_runs_already_commits_what_a_dying_one_appended(own_valkey, ledger_database):
    async with a_town(own_valkey.url, ledger_database) as town:
        ledger = await town.replica()
        worker = await start(own_valkey, ledger_database, "ana", 1, "die")
        await worker.wait()
        await until_held(ledger, "ana-0")


async def test_every_promise_of_a_process_killed_at_work_is_kept(own_valkey, ledger_database):
    async with a_town(own_valkey.url, ledger_database) as town:
        promised = []
        for n, lifetime in enumerate((3, 25)):
            worker = await start(own_valkey, ledger_database, f"ana{n}", 1000)
            promised += await promises(worker, lifetime)
            worker.kill()
            promised += await promises(worker)
        ledger = await town.replica()
        history = await ledger.history(environment="integration", limit=5000)
        assert whole(history)
        assert set(promised) <= {recorded.request_id for recorded in history}


async def test_a_killed_valkey_comes_back_and_nobody_notices_more_than_a_pause(own_valkey, ledger_database):
    async with a_town(own_valkey.url, ledger_database) as town:
        replicas = [await town.replica(), await town.replica()]

        async def work(n):
            for turn in range(15):
                id = f"{n}-{turn}"
                ledger = replicas[n % 2]
                await ledger.submit(reserve(id, f"p{n}", services=f"s{n}"), request_id=f"take {id}", by=f"p{n}")
                await ledger.submit(release(id, f"p{n}"), request_id=f"free {id}", by=f"p{n}")

        working = asyncio.gather(*(work(n) for n in range(6)))
        for _ in range(2):
            await asyncio.sleep(0.1)
            own_valkey.kill()
            await asyncio.to_thread(own_valkey.start)
        await working
        history = await replicas[0].history(environment="integration", limit=5000)
        assert whole(history)
        assert len(history) == 6 * 15 * 2
        assert {recorded.epoch for recorded in history} == {1}
