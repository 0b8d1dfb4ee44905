"""A start, or an upgrade, finds everything as it was."""

from pathlib import Path

import pytest
from redis import Redis

from bot.migrations import metadata, pending, upgrade
from bot.migrations.run import TABLES, differences
from tests.support.ledgers import a_town, release, reserve, sql
from tests.support.ports import free_port
from tests.support.valkey import FAST, ValkeyServer

ROOT = Path(__file__).parents[3]


async def _both(town):
    first = await town.replica()
    await first.submit(reserve("L1"), request_id="r1", by="ana")
    await first.submit(reserve("L2", "ben"), request_id="r2", by="ben")
    return first


async def test_the_state_folded_from_sql_is_the_state_before(town):
    first = await _both(town)
    again = await town.replica(run=False)
    assert again.cached() == first.cached()


async def test_a_snapshot_and_what_came_after_it_give_the_same_state(town):
    first = await _both(town)
    await first.trim()
    await first.submit(release("L1"), request_id="r3", by="ana")
    again = await town.replica(run=False)
    assert again.cached() == first.cached()


async def test_a_snapshot_is_read_and_not_folded_again(town):
    await (await _both(town)).trim()
    await sql(town, "DELETE FROM event WHERE seq < 2")
    assert set((await town.replica(run=False)).cached().leases) == {"L1", "L2"}


async def test_a_snapshot_of_other_rules_is_not_read(town):
    first = await _both(town)
    await first.trim()
    await sql(town, "UPDATE snapshot SET shape = 'other rules', body = 'unreadable'")
    assert (await town.replica(run=False)).cached() == first.cached()


@pytest.fixture(params=["sqlite", "postgres"])
def empty_database(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("empty_postgres")
    return f"sqlite+aiosqlite:///{tmp_path}/signalbox.db"


async def test_a_database_is_brought_up_to_date_once(empty_database):
    assert await pending(empty_database)
    await upgrade(empty_database)
    assert not await pending(empty_database)
    await upgrade(empty_database)


async def test_the_migrations_build_exactly_the_tables_of_the_program(empty_database):
    await upgrade(empty_database)
    assert len(metadata().tables) > 3
    assert await differences(empty_database) == []


def test_every_file_of_tables_is_known_to_the_migrations():
    files = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "bot").rglob("*tables.py")}
    files -= {file for file in files if file.startswith("bot.migrations")}
    files -= {"bot.telemetry.tables"}  # a store of its own, which makes its tables itself
    assert files == set(TABLES)


@pytest.fixture
def cluster_url(tmp_path_factory):
    """One node that owns every slot. A cluster wants a TCP port."""
    folder = tmp_path_factory.mktemp("cluster")
    port = free_port()
    cluster = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    server = ValkeyServer(folder, (*FAST, *cluster), port=port)
    server.start()
    with Redis(port=port) as client:
        client.execute_command("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    yield f"redis+cluster://127.0.0.1:{port}"
    server.stop()


async def test_a_redis_cluster_will_do(cluster_url, tmp_path):
    async with a_town(cluster_url, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as town:
        first, other = await _both(town), await town.replica()
        await other.submit(release("L1"), request_id="r3", by="ana")
        assert (await first.current()).leases == other.cached().leases
