"""A run whose start was not answered is looked for as long as it takes, and never started twice by itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.catalog import parse
from bot.deployments.refusals import NotUnderWay
from bot.deployments.values import Doubt, Stage, Wish
from bot.errors import Forbidden
from bot.grammar.words import why_taken
from bot.notices.model import DeploymentCard, DeploymentUnsure
from bot.ports.fake_pipelines import FakePipelines
from bot.ports.pipelines import OutcomeUnknown, RunState
from handlers.kit import deploying
from tests.support.deploying import ANA, BEN, CATALOG, CEM, PAYMENTS, a_team, by, leases

MINUTE = timedelta(minutes=1)


@dataclass
class Late(FakePipelines):
    """Starts what it is asked to, answers nothing the first time, and lists it so much later; or starts nothing then."""

    now: Callable[[], datetime] = datetime.now
    shows_after: timedelta = 2 * MINUTE
    swallows: bool = False
    asked: list[datetime] = field(default_factory=list)

    async def start(self, request):
        self.asked.append(self.now())
        if len(self.asked) > 1:
            return await super().start(request)
        if not self.swallows:
            await super().start(request)
        raise OutcomeUnknown("No answer.", vendor="late", status=504)

    async def find(self, request):
        shows = self.asked and self.now() - self.asked[0] >= self.shows_after
        return await super().find(request) if shows else None


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        vendor = Late(history=team.vendor.history, refs=team.vendor.refs, now=team.clock.now)
        team.vendor = team.known["local"] = vendor
        yield team


async def deployed(team, until):
    deployment = await team.deployments.deploy(Wish(PAYMENTS, "1.5.0"), caller=by(ANA))
    await team.work(until=until)
    return await team.deployments.of(deployment.id)


async def test_one_that_shows_after_two_minutes_is_found_and_was_started_once(team):
    looking = await deployed(team, MINUTE)
    assert (looking.stage, looking.run) == (Stage.OPEN, None)
    card = (await team.told("#integration"))[-1]
    assert isinstance(card, DeploymentCard)
    assert "looking whether it began" in card.deployment.why
    await team.work(until=2 * MINUTE)
    found = await team.deployments.of(looking.id)
    assert (found.stage, found.run.id, found.why) == (Stage.RUNNING, "run-1", "")
    assert len(team.vendor.asked) == 1
    assert await team.told(ANA) == []


async def test_one_that_does_not_show_is_a_question_and_nothing_is_started_without_an_answer(team):
    team.vendor.shows_after = timedelta(days=1)
    asked = await deployed(team, 30 * MINUTE)
    assert (asked.stage, asked.doubt) == (Stage.OPEN, Doubt.ASKED)
    assert [type(notice) for notice in await team.told(ANA)] == [DeploymentUnsure]
    assert len(team.vendor.asked) == 1
    assert len(await leases(team)) == 1
    await team.work(until=40 * MINUTE)
    assert (await team.deployments.of(asked.id)).stage is Stage.LOST
    assert len(team.vendor.asked) == 1


async def test_one_that_shows_after_the_question_goes_on_by_itself_and_the_answer_changes_nothing(team):
    team.vendor.shows_after = 15 * MINUTE
    found = await deployed(team, 20 * MINUTE)
    assert (found.stage, found.doubt) == (Stage.RUNNING, Doubt.NONE)
    with pytest.raises(NotUnderWay, match="no doubt any more"):
        await team.deployments.start_again(found.id, caller=by(ANA, "yes"))


async def test_whoever_was_asked_starts_it_and_others_do_not(team):
    team.vendor.swallows = True
    asked = await deployed(team, 12 * MINUTE)
    with pytest.raises(Forbidden, match="may start it"):
        await team.deployments.start_again(asked.id, caller=by(CEM, "yes"))
    deps: Any = SimpleNamespace(
        deployments=team.deployments, catalog=lambda: parse(CATALOG, "signalbox.yaml", why_taken=why_taken)
    )
    for _ in range(2):
        said = await deploying.start_again(asked.id, deps, by(BEN, "yes"))
        assert "is started, unless its first run is found now" in said.text
    await team.work()
    started = await team.deployments.of(asked.id)
    assert (started.stage, started.doubt, len(team.vendor.asked)) == (Stage.RUNNING, Doubt.NONE, 2)


async def test_one_that_shows_after_it_was_cancelled_is_stopped(team):
    looking = await deployed(team, MINUTE)
    await team.deployments.cancel(looking.id, caller=by(ANA, "stop"))
    await team.work()
    assert await leases(team) == {}
    card = (await team.told("#integration"))[-1].deployment
    assert (card.stage, card.why) == ("cancelled", "nobody knows whether its run began, it is stopped when it shows")
    await team.work(until=2 * MINUTE)
    [began] = team.vendor.began.values()
    assert began.status.state is RunState.CANCELLED
    assert (await team.deployments.of(looking.id)).stage is Stage.CANCELLED


async def test_one_that_was_cancelled_and_never_shows_is_looked_for_no_longer_than_ten_minutes(team):
    team.vendor.shows_after = timedelta(days=1)
    looking = await deployed(team, MINUTE)
    await team.deployments.cancel(looking.id, caller=by(ANA, "stop"))
    await team.work(until=30 * MINUTE)
    assert not (await team.deployments.of(looking.id)).starting
    assert await team.store.overdue(team.clock.now()) == []


async def test_where_the_list_is_sure_what_it_does_not_list_is_started(team):
    team.vendor.lists_at_once, team.vendor.swallows = True, True
    deployment = await team.deployments.deploy(Wish(PAYMENTS, "1.5.0"), caller=by(ANA))
    await team.following.look({"id": deployment.id})
    await team.work(until=MINUTE)
    assert (await team.deployments.of(deployment.id)).stage is Stage.RUNNING
    assert len(team.vendor.began) == 1
