"""Somebody else holds the database: people hear what is true, and the confirmation follows."""

import asyncio
import sqlite3
import time
from contextlib import closing

import pytest

from tests.support.crowd import CHANNEL
from tests.support.scene import a_scene, at_length, often, operations

LOCKED_S = 5.0
ANA = "U0ANA"


@pytest.mark.timeout(900)
async def test_while_sql_is_locked_people_hear_that_it_is_recorded_and_then_that_it_is_theirs(tmp_path):
    async with a_scene(tmp_path) as scene:
        await scene.bot()
        await scene.workspace.wait_connected()

        locked = asyncio.create_task(asyncio.to_thread(hold, scene.data / "signalbox.db"))
        await asyncio.sleep(0.5)
        assert (await scene.workspace.command(ANA, CHANNEL, "/env integration/payments 1h")).ok
        heard = await scene.workspace.wait_for(CHANNEL, "Recorded, confirming", as_user=ANA)
        assert not locked.done(), "people hear it while it is so"
        confirmed = await scene.workspace.wait_for(CHANNEL, "is yours", as_user=ANA)
        assert confirmed[-1]["ts"] > heard[-1]["ts"]
        await scene.audit()


@at_length
@pytest.mark.timeout(900)
async def test_a_crowd_that_goes_on_while_sql_is_locked_loses_nothing(tmp_path):
    async with a_scene(tmp_path) as scene:
        await scene.bot()

        async def lock():
            await asyncio.to_thread(hold, scene.data / "signalbox.db")

        await scene.while_people_work(operations(20), often(1), lock)
        await scene.audit()


def hold(database):
    with closing(sqlite3.connect(database, isolation_level=None, timeout=30)) as other:
        other.execute("BEGIN IMMEDIATE")
        time.sleep(LOCKED_S)
        other.execute("ROLLBACK")
