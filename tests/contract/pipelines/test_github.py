"""What only GitHub does."""

from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.errors import IntegrationError
from bot.ports.pipelines import OutcomeUnknown, Pipeline, RunRequest, VendorBusy
from tests.support.vendors.world import REPOSITORY

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def town(vendors):
    return await vendors("github")


@pytest.fixture
def request_(town):
    return RunRequest(town.pipeline, "req-1", asked_at=datetime.now(UTC))


async def test_an_older_server_is_asked_again_in_its_own_words_and_starts_once(town, request_):
    town.world.options.add("old")
    run = await town.pipelines.start(request_)
    assert town.started == 1
    assert run == await town.pipelines.find(request_)


async def test_a_run_that_does_not_show_yet_is_looked_for_later(town, request_):
    town.world.options |= {"old", "runs show late"}
    with pytest.raises(OutcomeUnknown, match="shows in a moment"):
        await town.pipelines.start(request_)
    town.world.options.remove("runs show late")
    assert await town.pipelines.find(request_) is not None
    assert town.started == 1


async def test_a_branch_that_does_not_exist_is_named(town):
    wrong = Pipeline("github", REPOSITORY, "deploy.yml", ref="gone")
    with pytest.raises(IntegrationError, match="No ref found for: gone"):
        await town.pipelines.start(RunRequest(wrong, "req-1"))


@pytest.mark.parametrize("headers", [{"Retry-After": "60"}, {"X-RateLimit-Remaining": "0"}])
async def test_a_rate_limit_that_calls_itself_forbidden_is_one(town, request_, headers):
    town.trouble("status", "POST", status=403, headers=headers, body={"message": "API rate limit exceeded"})
    with pytest.raises(VendorBusy):
        await town.pipelines.start(request_)
    assert town.started == 0


async def test_an_artifact_that_has_expired_is_not_listed(town, request_):
    run = await town.pipelines.start(request_)
    town.leave(run, "reports", b"zip")
    assert [each.name for each in await town.pipelines.artifacts(run)] == ["reports"]
