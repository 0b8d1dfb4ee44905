"""What only GitLab does."""

from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.errors import IntegrationError
from bot.ports.pipelines import Pipeline, RunRequest
from tests.support.vendors.world import REPOSITORY

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def town(vendors):
    return await vendors("gitlab")


async def test_the_name_of_a_pipeline_travels_as_a_variable(town):
    await town.pipelines.start(RunRequest(town.pipeline, "req-1"))
    await town.pipelines.start(RunRequest(Pipeline("gitlab", REPOSITORY, ""), "req-2"))
    assert [build.name for build in town.world.builds] == ["deploy", ""]


async def test_a_branch_that_does_not_exist_is_said_in_the_vendors_words(town):
    wrong = Pipeline("gitlab", REPOSITORY, "deploy", ref="gone")
    with pytest.raises(IntegrationError, match="Reference not found"):
        await town.pipelines.start(RunRequest(wrong, "req-1"))


async def test_a_run_of_the_past_is_not_looked_for_beyond_its_request(town):
    await town.pipelines.start(RunRequest(town.pipeline, "req-1"))
    town.world.builds[0].created = datetime(2026, 1, 1, tzinfo=UTC)
    assert await town.pipelines.find(RunRequest(town.pipeline, "req-1", asked_at=datetime.now(UTC))) is None
    assert await town.pipelines.find(RunRequest(town.pipeline, "req-1")) is not None
