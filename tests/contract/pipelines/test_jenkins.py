"""What only Jenkins does."""

from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.errors import NotFound
from bot.ports.pipelines import NotSupported, RunRequest, RunState
from tests.support.vendors.world import REPOSITORY

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def town(vendors):
    return await vendors("jenkins")


@pytest.fixture
def request_(town):
    return RunRequest(town.pipeline, "req-1", asked_at=datetime.now(UTC))


async def test_a_build_that_waits_has_no_number_and_says_what_it_waits_for(town, request_):
    town.world.options.add("queue waits")
    run = await town.pipelines.start(request_)
    status = await town.pipelines.status(run)
    assert (status.state, status.said) == (RunState.QUEUED, "Waiting for next available executor")
    assert status.run.number == ""
    assert await town.pipelines.find(request_) == status.run
    with pytest.raises(NotFound):
        await town.pipelines.log(run, "console")
    town.world.options.clear()
    assert (await town.pipelines.status(run)).run.number == "1"


async def test_a_build_that_waits_is_cancelled_in_the_queue(town, request_):
    town.world.options.add("queue waits")
    run = await town.pipelines.start(request_)
    await town.pipelines.cancel(run)
    assert (await town.pipelines.status(run)).state is RunState.CANCELLED


async def test_a_build_is_known_after_the_queue_has_forgotten_it(town, request_):
    run = await town.pipelines.start(request_)
    town.world.options.add("queue forgot")
    assert (await town.pipelines.status(run)).run.number == "1"


async def test_without_stages_a_build_has_one_step_its_console(town, request_):
    town.world.options.add("no stages")
    run = await town.pipelines.start(request_)
    assert [step.name for step in (await town.pipelines.status(run)).steps] == ["console"]


async def test_a_build_that_asks_a_person_waits(town, request_):
    run = await town.pipelines.start(request_)
    await town.advance(run, RunState.WAITING)
    assert (await town.pipelines.status(run)).state is RunState.WAITING


async def test_a_console_with_notes_is_read_on_without_a_gap(town, request_):
    """They are counted and not sent, so `next` is more than what came."""
    town.world.options.add("notes")
    run = await town.pipelines.start(request_)
    town.write(run, b"first\n")
    part = await town.pipelines.log(run, "console")
    assert (part.data, part.complete) == (b"first\n", False)
    assert part.next > len(part.data)
    town.write(run, b"first\nsecond\n")
    assert (await town.pipelines.log(run, "console", start=part.next)).data == b"second\n"


async def test_past_its_end_a_console_is_not_begun_anew(town, request_):
    run = await town.pipelines.start(request_)
    town.write(run, b"first\n")
    assert (await town.pipelines.log(run, "console", start=1000)).data == b""


async def test_without_a_place_to_look_commits_are_not_supported(town):
    pipelines = town.with_token("any")
    for look in (pipelines.commit(REPOSITORY, "main"), pipelines.compare(REPOSITORY, "1.4.0", "main")):
        with pytest.raises(NotSupported):
            await look
