"""A direct message that asked something says what became of it, and has no buttons any more."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.deployments.values import Doubt, Stage, Wish
from bot.notices.model import BypassQuestion, DeploymentTurn, DeploymentUnsure, QuestionOver
from bot.notices.tables import CardRow, OutboxRow
from bot.ports.fake_pipelines import FakePipelines
from bot.ports.health import Probe
from bot.ports.pipelines import OutcomeUnknown, RunState
from handlers.views.render import render
from tests.support.deploying import ANA, CEM, PAYMENTS, a_team, begun, brought, by, holds, leases

HOUR = timedelta(hours=1)


class Silent(FakePipelines):
    """Answers no start, and lists none."""

    async def start(self, request):
        raise OutcomeUnknown("No answer.", vendor="local", status=504)

    async def find(self, request):
        return None


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def runs(team, version):
    team.health.said["http://payments.test/health"] = Probe(well=True, version=version)
    await team.sightings.look({})
    await delivered(team)


async def delivered(team):
    """Whatever was written stands in the chat."""

    def stands(session):
        for row in session.exec(select(OutboxRow).where(OutboxRow.stage == "pending")).all():
            if row.card:
                card = {"workspace": "T1", "card": row.card, "shown": row.position, "shown_at": row.created_at}
                session.merge(CardRow(**card, channel=row.to, ts="1.1", final=row.final))
            row.stage = "sent"
            session.add(row)

    await team.database.transact(stands)


async def asked_about(team):
    await runs(team, "1.4.0")
    team.clock.advance(HOUR)
    await runs(team, "1.5.0")
    [question] = await team.told(ANA)
    assert isinstance(question, BypassQuestion)
    return question


async def over(team, person=ANA):
    return [(each.asked, each.how, each.by) for each in await team.told(person) if isinstance(each, QuestionOver)]


@pytest.mark.parametrize(("mine", "how"), [(True, "mine"), (False, "not mine")])
async def test_whose_a_version_was_once_it_is_answered(team, mine, how):
    question = await asked_about(team)
    await team.sightings.answer(question.id, mine=mine, caller=by(ANA))
    assert await over(team) == [("bypass", how, ANA)]
    message = render((await team.told(ANA))[-1])
    assert message.text.startswith((":white_check_mark: *payments* in *integration* *1.5.0*: <@U0ANA>", ":+1:"))
    assert [block["type"] for block in message.blocks] == ["context"]


async def test_or_once_something_else_runs_there(team):
    await asked_about(team)
    team.clock.advance(HOUR)
    await runs(team, "1.6.0")
    assert await over(team) == [("bypass", "gone", "")]


async def test_or_once_something_else_was_deployed_there(team):
    await asked_about(team)
    team.health.said.clear()
    await brought(team, "1.6.0")
    assert ("bypass", "gone", "") in await over(team)


async def test_the_turn_that_came_once_it_is_deployed(team):
    held = await holds(team, CEM)
    waiting = await begun(team, wait=True)
    await team.reservations.release(next(iter(await leases(team))), caller=by(CEM, "done"))
    await team.work()
    await delivered(team)
    assert any(isinstance(each, DeploymentTurn) for each in await team.told(ANA)), held
    running = await team.deployments.of(waiting.id)
    team.vendor.advance(running.run, RunState.SUCCEEDED)
    await team.work(until=timedelta(minutes=1))
    assert ("turn", "succeeded", "") in await over(team)


async def test_a_start_that_nobody_knew_of_once_it_is_cancelled(team):
    team.known["local"] = Silent(history=team.vendor.history, refs=team.vendor.refs)
    deployment = await team.deployments.deploy(Wish(PAYMENTS, "1.5.0"), caller=by(ANA))
    await team.work(until=timedelta(minutes=12))
    await delivered(team)
    assert any(isinstance(each, DeploymentUnsure) for each in await team.told(ANA))
    assert (await team.deployments.of(deployment.id)).doubt is Doubt.ASKED
    cancelled = await team.deployments.cancel(deployment.id, caller=by(ANA, "no"))
    assert cancelled.stage is Stage.CANCELLED
    assert ("unsure", "ended", "") in await over(team)
