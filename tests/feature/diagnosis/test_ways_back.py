"""A roll back is offered below a diagnosis for as long as it would take back what is why, and no longer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bootstrap.cases import DeployedAround
from bot.bootstrap.deployments import and_overtakes
from bot.cases.diagnosed import DiagnosedCases
from bot.cases.store import Store as CaseStore
from bot.deployments.records import no_effects
from bot.deployments.store import Store as DeploymentStore
from bot.deployments.values import Deployment as Deployed
from bot.deployments.values import Stage, Target
from bot.diagnosis.evidence import Deployment
from bot.diagnosis.store import Store
from tests.support.cases import CHANNEL, TOLD, deployed, runs
from tests.support.diagnosed import cards, with_diagnoses, work
from tests.support.diagnosing import AT, Scripted, question
from tests.support.stores import BOTH
from tests.support.suites import ANA, RED, a_team, by


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as team:
        yield with_diagnoses(team, Scripted())


async def a_red_case(team):
    await runs(team, RED)
    [case] = await team.cases.open_ones()
    await work(team)
    return case.id


async def blames(team, id, *, case=""):
    """A diagnosis that blames what was deployed of payments at that time."""
    came = (Deployment(team.clock.now().timestamp(), "payments", "1.5.0", before="1.4.2"),)
    team.clock.advance(timedelta(minutes=1))
    await team.diagnoses.ask([question(id, case=case, deployments=came)])
    await work(team)
    return id


async def offered(team, id):
    """What its message in the channel offers, each time that it was told."""
    return [each.diagnosis.way_back for each in await cards(team, CHANNEL) if each.diagnosis.diagnosis_id == id]


@pytest.mark.parametrize("how", ["closed", "repaired"])
async def test_below_a_case_that_is_over_nobody_is_led_back(team, how):
    case = await a_red_case(team)
    found = await blames(team, "DFOUND", case=case)
    assert (await offered(team, found))[-1] == "payments"
    about = {"case": case} if how == "closed" else {"environment": "integration", "service": "payments"}
    await team.diagnoses.overtake(about)
    assert (await offered(team, found))[-1] == "payments"
    if how == "closed":
        await team.cases.close(case, caller=by(ANA, "close"))
    else:
        deployed(team, "1.5.1")
    await team.diagnoses.overtake(about)
    told = await offered(team, found)
    assert told[-2:] == ["payments", ""]
    await team.diagnoses.overtake(about)
    assert await offered(team, found) == told, "said once"


@BOTH
async def test_what_is_answered_after_the_repair_offers_nothing_and_the_same_version_repairs_nothing(
    valkey, database_url
):
    async with a_team(valkey, database_url, TOLD) as bare:
        team = with_diagnoses(bare, Scripted())
        case = await a_red_case(team)
        deployed(team, "1.5.0")
        found = await blames(team, "DFOUND", case=case)
        deployed(team, "1.5.0")
        await team.diagnoses.overtake({"environment": "integration", "service": "payments"})
        assert (await offered(team, found))[-1] == "payments"
        came = (Deployment(team.clock.now().timestamp(), "payments", "1.5.0", before="1.4.2"),)
        team.clock.advance(timedelta(minutes=1))
        deployed(team, "1.5.1")
        await team.diagnoses.ask([question("DLATE", case=case, deployments=came)])
        await work(team)
        assert set(await offered(team, "DLATE")) == {""}
        naming = {each.id for each in await Store(team.database, "T1").naming("integration", "payments")}
        assert naming >= {found}
        assert "DLATE" not in naming, "what is overtaken is looked at no more"


async def test_what_stood_in_line_before_the_blamed_one_began_overtakes_it_as_well(team):
    case = await a_red_case(team)
    team.clock.advance(timedelta(minutes=5))
    found = await blames(team, "DFOUND", case=case)
    now, placed = team.clock.now(), DeploymentStore(team.database, "T1")
    opened = Deployed("DNEXT", Target("integration", "payments"), "1.5.1", ANA, now - timedelta(minutes=3))
    done = replace(opened, stage=Stage.SUCCEEDED, started_at=now, finished_at=now)
    await team.database.transact(lambda session: placed.insert(session, done, None))
    diagnosed = DiagnosedCases(CaseStore(team.database, "T1"), None, team.clock, None, DeployedAround("T1"))  # pyright: ignore[reportArgumentType] - it is asked for nothing else
    [known] = [each for each in await team.diagnoses.of_case(case) if each.id == found]
    assert await team.database.transact(lambda session: diagnosed.overtaken(session, known))


def test_what_was_put_in_place_overtakes_once_and_what_failed_does_not():
    opened = Deployed("DONE", Target("integration", "payments"), "1.5.1", ANA, AT)
    done = replace(opened, stage=Stage.SUCCEEDED)
    effects = and_overtakes(no_effects)
    [job] = effects(opened, done)
    assert job.arguments == {"environment": "integration", "service": "payments"}
    assert effects(done, replace(done, revision=2)) == []
    assert effects(opened, replace(opened, stage=Stage.FAILED)) == []
