"""A deployment that is well is tried out: its suites run, and its receipt and the last good set wait for them."""

import pytest

from bot.bootstrap.leases import LedgerLeases
from bot.bootstrap.trials import Trials, Verifying
from bot.deployments import records as of_deployments
from bot.deployments.confirming import Confirmations
from bot.deployments.links import Links
from bot.deployments.presence import Presence
from bot.deployments.records import no_effects
from bot.deployments.service import Deployments
from bot.deployments.store import Store
from bot.deployments.values import Deployment, Stage, Target
from bot.notices.model import DeploymentReceipt
from bot.ports.pipelines import RunState
from bot.reactions.deployments import DeploymentStory
from bot.suites.values import Trigger, Verdict
from tests.support.deploying import CasesHere
from tests.support.suites import ANA, BEN, CATALOG, GREEN, RED, a_team, by, ended
from tests.support.surroundings import Logged, Measured, Surroundings, sources_of

MAPPED = CATALOG.replace(
    b"    retry: pytest\n", b"    retry: pytest\n    after_deploy: [payments]\n    required: true\n"
)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", MAPPED) as team:
        yield team


class Deployed:
    """One deployment that was found well, and what tries it out."""

    def __init__(self, team):
        catalog = {"catalog": lambda: team.catalog}
        self.store = Store(team.database, "T1")
        self.trials = Trials("T1", lambda: team.catalog, team.clock)
        links = Links(sources_of(Logged(), Measured()), lambda: team.catalog)
        story = DeploymentStory("T1", lambda: team.catalog, links, waits=self.trials.follow)
        self.records = of_deployments.Records(
            self.store, team.clock, tell=story, wake=lambda: None, effects=no_effects, **catalog
        )
        leases = LedgerLeases(team.reservations, lambda: team.catalog, team.clock)
        deployments = Deployments(
            self.records,
            leases,
            {}.get,
            lambda: team.catalog,
            team.clock,
            presence=Presence(Surroundings(), lambda: team.catalog),
            cases=CasesHere(),
        )
        confirmations = Confirmations(self.records, lambda: team.catalog)
        self.verifying = Verifying(deployments, confirmations, team.suites, lambda: team.catalog)
        self.deployment = Deployment(
            "DAAAAAAAA", Target("integration", "payments"), "1.5.0", ANA, team.clock.now(), stage=Stage.SUCCEEDED
        )

    async def tried_out(self, team):
        await self.records.begin(self.deployment, due=None)
        await self.verifying.try_out({"id": self.deployment.id})
        await self.verifying.try_out({"id": self.deployment.id})
        await team.work()
        [run] = await team.suites.after(self.deployment.id)
        return run


async def receipts(team):
    return [each for each in await team.told(ANA) if isinstance(each, DeploymentReceipt)]


async def test_green_gives_the_receipt_once_and_moves_the_last_good_set(team):
    deployed = Deployed(team)
    assert (deployed.trials.follow(deployed.deployment), deployed.trials.decide(deployed.deployment)) == (True, True)
    run = await deployed.tried_out(team)
    assert (run.suite, run.trigger, run.by) == ("api", Trigger.DEPLOYMENT, ANA)
    await deployed.verifying.confirm({"id": deployed.deployment.id})
    assert await receipts(team) == []
    await ended(team, run, RunState.SUCCEEDED, GREEN)
    await deployed.verifying.confirm({"id": deployed.deployment.id})
    await deployed.verifying.confirm({"id": deployed.deployment.id})
    [receipt] = await receipts(team)
    assert receipt.deployment.seen == ("api #1: 2 passed",)
    found = await deployed.store.last_good("integration")
    assert found is not None
    assert found[1] == {"payments": "1.4.2"}


async def test_red_gives_none_until_what_failed_was_green_when_it_ran_again(team):
    deployed = Deployed(team)
    run = await ended(team, await deployed.tried_out(team), RunState.FAILED, RED)
    await deployed.verifying.confirm({"id": deployed.deployment.id})
    assert (run.verdict, await receipts(team)) == (Verdict.FAILED, [])
    again = await team.suites.retry(run.id, failed=True, caller=by(BEN))
    await team.work()
    await ended(team, await team.suites.of(again.id), RunState.SUCCEEDED, GREEN)
    await deployed.verifying.confirm({"id": deployed.deployment.id})
    assert len(await receipts(team)) == 1


async def test_a_service_that_no_suite_names_is_not_tried_out(team):
    other = Deployment("DB", Target("integration", "orders"), "2.0", ANA, team.clock.now())
    trials = Trials("T1", lambda: team.catalog, team.clock)
    assert (trials.follow(other), trials.decide(other)) == (False, False)
