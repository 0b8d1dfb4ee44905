"""Two bots share Redis and SQL. One is killed at work; the other goes on, and nobody hears anything twice."""

import pytest

from tests.support.scene import a_scene, at_length, often, operations


@pytest.fixture(params=["postgres", pytest.param("sqlite", marks=at_length)])
def shared_database(request, tmp_path):
    if request.param == "postgres":
        return request.getfixturevalue("postgres")
    return f"sqlite+aiosqlite:///{tmp_path}/shared.db"


@pytest.mark.timeout(900)
async def test_of_two_replicas_one_is_killed_and_the_other_goes_on(tmp_path, own_valkey, shared_database):
    async with a_scene(tmp_path, redis_url=own_valkey.url, database_url=shared_database) as scene:
        bots = [await scene.bot("one"), await scene.bot("two")]

        async def kill():
            await scene.kill_and_start(scene.chance.choice(bots))

        await scene.while_people_work(operations(12), often(1), kill)
        bots[0].kill()
        await scene.crowd.work(5)
        await scene.audit()
