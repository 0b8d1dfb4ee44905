"""From a case, a run, a trace or a service to what the evidence is asked, and with which minutes it is compared."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.questions import AskedOf, Rooms
from bot.deployments.store import Store as Deployments
from bot.deployments.values import Deployment, Stage, Target
from bot.diagnosis.asking import About, Remembered
from bot.diagnosis.confidence import Confidence
from bot.diagnosis.store import Store
from bot.diagnosis.values import Diagnosis, Explanation, Judgement
from bot.diagnosis.values import Stage as Told
from bot.errors import IntegrationError, NotFound, Unavailable, UsageError
from bot.ports.pipelines import Commit, Comparison, RunState
from bot.ports.telemetry import Known, Sources, Span
from tests.support.cases import GREEN_AGAIN, TOLD, with_cases
from tests.support.suites import ANA, RED, a_team, begun, by, ended

ID = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACED = RED.replace(
    b"<failure", b'<properties><property name="trace_id" value="' + ID.encode() + b'"/></properties><failure'
)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as made:
        yield with_cases(made)


class Traces:
    """A source of traces that has these spans, or is away."""

    def __init__(self, *spans, away=False):
        self._spans, self._away = spans, away

    async def trace(self, trace_id, around):
        if self._away:
            raise IntegrationError("It does not answer.", vendor="Tempo", status=0)
        return tuple(span for span in self._spans if span.trace_id == trace_id and around.start <= span.start)


def asking(team, *sources):
    known = tuple(Known(f"source {place}", "otel", source) for place, source in enumerate(sources))
    rooms = Rooms(team.cases, team.suites, team.reports, Sources((), known, ()), team.database, "T1", DAY)
    return AskedOf(rooms, lambda: team.catalog, team.clock)


async def ran(team, report, request, **wish):
    """It took a minute."""
    run = await begun(team, request=request, **wish)
    team.clock.advance(MINUTE)
    state = RunState.FAILED if b"<failure" in report else RunState.SUCCEEDED
    return await ended(team, run, state, report)


async def came(team, version, service="payments", **differs):
    at = team.clock.now()
    facts = {"stage": Stage.SUCCEEDED, "version": version, "started_at": at, "finished_at": at, "reports": True}
    one = Deployment(f"D{version}", Target("integration", service), version, ANA, at, **(facts | differs))
    await team.database.transact(lambda session: Deployments(team.database, "T1").insert(session, one, None))
    team.runs.versions = {**team.runs.versions, service: version}


async def only_case(team):
    [case] = await team.cases.open_ones()
    return case


async def test_a_case_asks_about_the_minutes_of_its_red_run_and_compares_them_with_those_of_the_last_green_one(team):
    green = await ran(team, GREEN_AGAIN, "a")
    team.clock.advance(10 * MINUTE)
    await came(
        team, "1.5.0", changes=Comparison("a", "b", (Commit("c0ffee", "Look every currency up"),)), commit="c0ffee"
    )
    team.clock.advance(MINUTE / 2)
    red = await ran(team, TRACED, "b")
    case = await only_case(team)
    [question] = await asking(team).of_case(case.id)

    assert (question.about, question.case, question.cause, question.run) == (
        About.CASE,
        case.id,
        case.causes[0].id,
        red.id,
    )
    assert (question.suite, question.environment, question.services) == ("api", "integration", ("payments", "orders"))
    assert question.named == case.causes[0].says
    [failing] = question.failing
    assert (failing.says, failing.trace_id) == ("KeyError: EUR", ID)
    began = red.started_at.timestamp()
    assert question.faulty.start == began - 30 < began < red.ended_at.timestamp() < question.faulty.end
    [reference] = question.references
    assert (reference.differing, "api #1, green" in reference.what) == (("payments",), True)
    assert reference.window.start == green.started_at.timestamp() - 30
    assert reference.window.end >= green.ended_at.timestamp()
    [deployment] = question.deployments
    assert (deployment.service, deployment.version, deployment.commit) == ("payments", "1.5.0", "c0ffee")
    [commit] = question.commits
    assert (commit.sha, commit.message, commit.deployment) == (
        "c0ffee",
        "Look every currency up",
        deployment.item.id,
    )
    assert question.faulty.start >= deployment.time


async def test_when_a_cause_comes_back_its_question_knows_what_people_said_of_it_last(team):
    await ran(team, TRACED, "a")
    [first] = await asking(team).of_case((await only_case(team)).id)
    assert first.remembered is None
    store, at = Store(team.database, "T1"), team.clock.now()
    told = Diagnosis("DONE", replace(first, id="DONE"), at, Told.DONE, Explanation("payments", Confidence.LOW))
    judged = replace(told, judged=Judgement(right=False, by="U0BEN", at=at, service="inventory"))
    own = replace(judged, id="DOWN", private=True, judged=Judgement(right=True, by="U0CEM", at=at + MINUTE))
    for each in (judged, own, replace(told, id="DOTHER", question=replace(first, suite="ui"))):
        await team.database.transact(lambda session, each=each: store.put(session, each))
    await ran(team, GREEN_AGAIN, "b")
    team.clock.advance(20 * DAY)  # so late it is another case
    await ran(team, TRACED, "c")
    [again] = await asking(team).of_case((await only_case(team)).id)
    assert again.case != first.case
    assert again.remembered == Remembered("U0BEN", at.timestamp(), "inventory")
    case = await team.cases.move(again.case, again.cause, "orders", caller=by(ANA, "elsewhere"))
    [moved] = await asking(team).of_case(case.id)
    assert moved.remembered is not None
    assert (moved.remembered.by, moved.remembered.service) == (ANA, "orders")


async def test_the_same_question_has_the_same_id_however_often_it_is_asked(team):
    await ran(team, TRACED, "a")
    case, asked = await only_case(team), asking(team)
    [first] = await asked.of_case(case.id)
    team.clock.advance(MINUTE)
    [again] = await asked.of_case(f"#{case.first.number}")
    assert first.id == again.id


async def test_without_a_green_run_the_time_before_has_to_do(team):
    await came(team, "1.4.3", service="orders")
    team.clock.advance(DAY / 24)
    await came(team, "1.5.0")
    team.clock.advance(5 * MINUTE)
    red = await ran(team, TRACED, "a")
    [question] = await asking(team).of_case((await only_case(team)).id)
    [reference] = question.references
    assert (reference.what, reference.differing) == ("the 10 minutes before", ("payments",))
    assert (reference.window.end, reference.window.seconds) == (question.faulty.start, 600)
    assert question.faulty.start < red.started_at.timestamp()


async def test_a_green_run_of_which_nothing_is_kept_is_no_reference(team):
    await ran(team, GREEN_AGAIN, "a")
    team.clock.advance(2 * DAY)
    await ran(team, TRACED, "b")
    [question] = await asking(team).of_case((await only_case(team)).id)
    assert question.references[0].what.endswith("minutes before")


async def test_what_nobody_need_look_into_any_more_is_not_asked_about(team):
    await ran(team, TRACED, "a")
    case = await only_case(team)
    team.clock.advance(MINUTE)
    await came(team, "1.5.1")
    await ran(team, GREEN_AGAIN, "b")
    assert await asking(team).of_case(case.id) == []


async def test_a_run_asks_about_the_case_that_it_met(team):
    await ran(team, TRACED, "a")
    team.clock.advance(MINUTE)
    second = await ran(team, TRACED, "b")
    case, asked = await only_case(team), asking(team)
    assert await asked.of_run(second.id) == await asked.of_case(case.id)
    assert await asked.of_run(f"#{second.number}") == await asked.of_case(case.id)


async def test_a_run_that_broke_asks_about_itself(team):
    run = await ended(team, await begun(team), RunState.ERRORED, b"")
    [question] = await asking(team).of_run(run.id)
    assert (question.about, question.run, question.failing) == (About.RUN, run.id, ())


async def test_a_run_that_has_not_ended_or_passed_has_nothing_to_explain(team):
    going = await begun(team)
    with pytest.raises(UsageError, match="has not ended"):
        await asking(team).of_run(going.id)
    green = await ended(team, going, RunState.SUCCEEDED, GREEN_AGAIN)
    with pytest.raises(UsageError, match="nothing to explain"):
        await asking(team).of_run(green.id)
    with pytest.raises(NotFound):
        await asking(team).of_run("#99")


def span(at, environment="integration"):
    return Span(ID, "00f067aa0ba902b7", "", "payments", "POST", "server", at, MINUTE / 60, environment=environment)


async def test_a_trace_is_looked_at_with_what_happened_around_it(team):
    at = team.clock.now() - 20 * MINUTE
    question = await asking(team, Traces(), Traces(span(at))).of_trace(ID.upper())
    assert (question.about, question.environment, question.traces) == (About.TRACE, "integration", (ID,))
    assert question.faulty.start < at.timestamp() < question.faulty.end
    assert question.references[0].window.end == question.faulty.start


async def test_a_trace_that_nobody_has_is_not_found_unless_somebody_could_not_be_asked(team):
    with pytest.raises(NotFound):
        await asking(team, Traces()).of_trace(ID)
    with pytest.raises(Unavailable, match="source 1 did not answer"):
        await asking(team, Traces(), Traces(away=True)).of_trace(ID)
    with pytest.raises(UsageError, match="no id of a trace"):
        await asking(team, Traces()).of_trace("<!channel>")


async def test_a_service_is_compared_with_the_minutes_before(team):
    asked, now = asking(team), team.clock.now().timestamp()
    question = await asked.of_service("PAYMENTS", "integration", 15, ago=5)
    assert (question.named, question.alert.service) == ("payments", "payments")
    assert (question.faulty.start, question.faulty.end) == (now - 1200, now - 300)
    assert question.references[0].window.end == question.faulty.start
    assert question.references[0].window.seconds == 900
    assert (await asked.of_service("payments", "", 15, ago=5)).id == question.id


async def test_a_service_that_is_nowhere_or_unknown_is_told(team):
    with pytest.raises(NotFound, match="payment"):
        await asking(team).of_service("payment", "integration", 15)
    with pytest.raises(NotFound, match="no environment"):
        await asking(team).of_service("payments", "moon", 15)
