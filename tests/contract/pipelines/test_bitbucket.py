"""What only Bitbucket does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.errors import IntegrationError, NotFound
from bot.ports.pipelines import RUN_ID, Pipeline, RunRequest, RunState
from integrations.bitbucket.pipelines import BitbucketPipelines
from tests.support.vendors.bitbucket import ROOT, TOKEN
from tests.support.vendors.world import REPOSITORY

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def request_(town):
    return RunRequest(town.pipeline, "req-1", asked_at=datetime.now(UTC))


@pytest_asyncio.fixture(loop_scope="module")
async def town(vendors):
    return await vendors("bitbucket")


async def test_a_run_is_found_although_lists_leave_out_variables(town, request_):
    town.world.options.add("lists leave out variables")
    run = await town.pipelines.start(request_)
    await town.pipelines.start(RunRequest(town.pipeline, "req-2"))
    assert await town.pipelines.find(request_) == run


async def test_a_tag_is_run_as_a_tag_and_a_commit_as_asked(town):
    tag = RunRequest(Pipeline("bitbucket", REPOSITORY, "deploy", ref="1.4.0"), "req-1")
    await town.pipelines.start(tag)
    hash = town.world.history[1].hash
    run = await town.pipelines.start(RunRequest(town.pipeline, "req-2", commit=hash))
    assert [build.ref for build in town.world.builds] == ["1.4.0", "main"]
    assert (await town.pipelines.status(run)).commit == hash


async def test_a_branch_that_does_not_exist_starts_nothing(town):
    wrong = Pipeline("bitbucket", REPOSITORY, "deploy", ref="gone")
    with pytest.raises(NotFound):
        await town.pipelines.start(RunRequest(wrong, "req-1"))


async def test_why_a_run_could_not_be_carried_out_is_said(town, request_):
    run = await town.pipelines.start(request_)
    await town.advance(run, RunState.ERRORED)
    status = await town.pipelines.status(run)
    assert (status.state, status.said) == (RunState.ERRORED, "COMPLETED ERROR: No such image")


async def test_a_run_of_the_past_is_not_looked_for_beyond_its_request(town, request_):
    run = await town.pipelines.start(request_)
    town.world.builds[0].created = datetime(2026, 1, 1, tzinfo=UTC)
    assert await town.pipelines.find(request_) is None
    assert await town.pipelines.find(RunRequest(town.pipeline, "req-1")) == run


async def test_a_person_asks_with_an_address_and_an_api_token(town, request_):
    pipelines = BitbucketPipelines(
        town.http, token=SecretStr("t0ken"), user="ann@acme.example", base_url=f"{town.url}/2.0"
    )
    with pytest.raises(IntegrationError):
        await pipelines.find(request_)
    assert town.world.seen[-1][2] == "Basic YW5uQGFjbWUuZXhhbXBsZTp0MGtlbg=="


async def test_what_is_secret_is_told_nobody_who_looks_at_the_run(town, request_):
    run = await town.pipelines.start(replace(request_, variables={"SERVICE": "payments"}, secrets={"KEY": "sbd_a"}))
    assert town.variables()["KEY"] == "sbd_a"
    asked = await town.http.get(f"{town.url}{ROOT}/pipelines/{run.id}", headers={"Authorization": f"Bearer {TOKEN}"})
    told = {each["key"]: each.get("value") for each in asked.json()["variables"]}
    assert told == {"SERVICE": "payments", "KEY": None, RUN_ID: "req-1"}
    assert await town.pipelines.find(request_) == run
