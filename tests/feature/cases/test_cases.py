"""Cases across runs: written down with the end of a run, told in one message and its thread."""

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.cases.model import Change, Step
from bot.deployments.links import Links
from bot.errors import Conflict
from bot.failures.situation import Probe
from bot.notices.casework import CaseCard, CaseEvidence, CaseLine
from bot.ports.chat import Message
from bot.ports.pipelines import RunState
from bot.ports.telemetry import Known, Sources
from bot.reactions.cases import CaseStory
from bot.suites.refusals import NothingFailed
from bot.suites.values import Part, Trigger
from handlers.kit import retries
from tests.support.cases import CHANNEL, GREEN_AGAIN, TOLD, deployed, runs, with_cases
from tests.support.stores import BOTH
from tests.support.suites import ANA, BEN, CEM, RED, a_team, by


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as team:
        yield with_cases(team)


async def told(team):
    """The channel's messages and replies, by the names of their notices, oldest first."""
    return [(type(each).__name__, getattr(each, "how", "")) for each in await team.told(CHANNEL)]


async def test_a_regression_opens_one_case_that_names_the_deployment_and_calls_its_owners_once(team):
    await runs(team, GREEN_AGAIN, RunState.SUCCEEDED)
    deployed(team)
    run = await runs(team, RED)
    card, evidence = await team.told(CHANNEL)
    assert (type(card), type(evidence)) == (CaseCard, CaseEvidence)
    [cause] = card.case.causes
    assert (cause.service, cause.verdict, cause.seen_in, cause.of) == ("payments", "regression", 0, 1)
    assert [(each.version, each.before, each.by, each.sure) for each in cause.suspects] == [
        ("1.5.0", "1.4.2", ANA, True)
    ]
    assert evidence.owners == (ANA, BEN)
    assert card.case.logs_url == "https://logs.example.com/payments"
    await runs(team, RED)
    assert [type(each) for each in await team.told(CHANNEL)].count(CaseEvidence) == 1
    assert (card.case.number, card.case.total) == (run.number, 2)


async def test_the_same_cause_adds_one_line_each_time_and_green_ends_it_with_the_deployment_that_mended_it(team):
    for report in (RED, RED, RED):
        await runs(team, report)
    deployed(team, "1.5.1")
    await runs(team, GREEN_AGAIN, RunState.SUCCEEDED)
    assert [each for each in await told(team) if each[0] != "CaseCard"] == [
        ("CaseEvidence", ""),
        ("CaseLine", "met"),
        ("CaseLine", "met"),
        ("CaseLine", "recovered"),
    ]
    [case] = await team.cases.lately()
    assert [each.version for each in case.closed.since] == ["1.5.1"]
    assert (case.met, await team.cases.open_ones()) == (3, [])
    await runs(team, RED)
    [again] = await team.cases.open_ones()
    assert (again.id, again.reopened, (await told(team))[-1]) == (case.id, 1, ("CaseLine", "reopened"))


@pytest.mark.parametrize("failed", [True, False], ids=["what failed", "all of it"])
async def test_a_retry_that_is_asked_for_elsewhere_is_shown_by_the_cases_that_it_is_about(team, failed):
    """With /suite retry, a receipt's button, or from a pipeline. Which is not about a case that a later run has met."""
    first = await runs(team, RED)
    await runs(team, RED.replace(b"KeyError: EUR", b"ConnectionResetError: no answer from the warehouse"))
    again = await team.suites.retry(first.id, failed=failed, caller=by(BEN))
    shown = {case.causes[0].says: case.retrying for case in await team.cases.open_ones()}
    assert shown.pop("KeyError: EUR").number == again.number
    assert list(shown.values()) == [None]
    await team.suites.cancel(again.id, caller=by(BEN))
    assert [case.retrying for case in await team.cases.open_ones()] == [None, None]


@pytest.mark.parametrize(("stopped", "opened"), [("", ["outage"]), ("the shop was stopped", [])])
async def test_connections_that_failed_while_there_was_nothing_to_connect_to_are_no_outage(team, stopped, opened):
    team.stopped = stopped
    test = b'<testcase name="t%d"><failure message="ConnectionRefusedError: [Errno 111] Connection refused">t</failure></testcase>'
    await runs(team, b'<testsuite name="pytest">' + b"".join(test % n for n in range(6)) + b"</testsuite>")
    assert [case.kind.value for case in await team.cases.open_ones()] == opened


@pytest.mark.parametrize("beside", [b'<testcase name="b"/>', b""], ids=["other tests ran", "all were skipped"])
async def test_a_test_that_is_skipped_after_it_failed_leaves_its_case_open_and_that_is_said_once(team, beside):
    await runs(team, RED)
    test = b'<testcase classname="api.test_pay.TestPay" name="test_a[EUR]"><skipped message="no euros"/></testcase>'
    report = b'<testsuite name="pytest">' + test + beside + b"</testsuite>"
    skipping = await runs(team, report, RunState.SUCCEEDED)
    await runs(team, report, RunState.SUCCEEDED)
    lines = [each for each in await team.told(CHANNEL) if isinstance(each, CaseLine)]
    assert [(each.how, each.run) for each in lines] == [("skipped", skipping.number)]
    assert len(await team.cases.open_ones()) == 1
    await runs(team, GREEN_AGAIN, RunState.SUCCEEDED)
    assert (await told(team))[-1] == ("CaseLine", "recovered")


async def test_a_retry_that_is_cancelled_is_over_for_the_case_too(team):
    first = await runs(team, RED)
    [case] = await team.cases.open_ones()
    again = await team.suites.retry(first.id, failed=True, caller=by(BEN))
    await team.cases.retried(case.id, again)
    await team.suites.cancel(again.id, caller=by(BEN))
    assert (await team.cases.of(case.id)).retrying is None
    retries = [each.case.retry for each in await team.told(CHANNEL) if isinstance(each, CaseCard)]
    assert [each and each.number for each in retries] == [None, again.number, None]


async def test_of_what_failed_a_part_runs_again_once_beside_all_of_it(team):
    two = RED.replace(b'<testcase name="b"/>', b'<testcase name="b"><failure message="KeyError: EUR"/></testcase>')
    first = await runs(team, two)
    part = Part("b", lambda test: test.endswith("b"))
    again = [await team.suites.retry(first.id, failed=True, caller=by(who), part=part) for who in (ANA, BEN)]
    assert [run.only for run in again] == [("b",)] * 2
    assert again[0].id == again[1].id
    whole = await team.suites.retry(first.id, failed=True, caller=by(BEN))
    assert (whole.attempt, len(whole.only)) == (2, 2)


async def test_of_a_case_one_retry_goes_at_a_time_and_a_stale_press_begins_none(team):
    first = await runs(team, RED)
    [case] = await team.cases.open_ones()
    deps: Any = SimpleNamespace(suites=team.suites, cases=team.cases, catalog=lambda: team.catalog)
    [cause] = case.causes
    begun = await retries.retry_cause(case, cause.id, first.id, deps, by(BEN))
    assert "is being run" in begun.text
    case = await team.cases.of(case.id)
    for press in (retries.retry(case, first.id, deps, by(ANA)), retries.retry_all(case, deps, by(ANA))):
        assert "nothing else was run" in str((await press).blocks)
    [again] = [run for run in await team.suites.history() if run.trigger is Trigger.RETRY]

    await team.suites.cancel(again.id, caller=by(BEN))
    await runs(team, RED)
    case = await team.cases.of(case.id)
    for press in (
        retries.retry(case, first.id, deps, by(ANA)),
        retries.retry_cause(case, cause.id, first.id, deps, by(ANA)),
    ):
        with pytest.raises(Conflict, match="A newer run has met it since"):
            await press


TWO = RED.replace(b'<testcase name="b"/>', b'<testcase name="b"><failure message="ValueError: no basket"/></testcase>')


@BOTH
async def test_of_several_buttons_of_a_case_that_are_pressed_in_the_same_instant_one_begins_a_run(valkey, database_url):
    """Each was read before any was carried out: as two processes do it."""
    async with a_team(valkey, database_url, TOLD) as bare:
        team = with_cases(bare)
        first = await runs(team, TWO)
        [case] = await team.cases.open_ones()
        deps: Any = SimpleNamespace(suites=team.suites, cases=team.cases, catalog=lambda: team.catalog)
        one, other = (each.id for each in case.causes)
        pressed = (
            retries.retry_cause(case, one, first.id, deps, by(ANA)),
            retries.retry_cause(case, other, first.id, deps, by(BEN)),
            retries.retry_cause(case, other, first.id, deps, by(CEM)),
            retries.retry(case, first.id, deps, by(CEM)),
        )
        answers = await asyncio.gather(*pressed, return_exceptions=True)
        [again] = [run for run in await team.suites.history() if run.trigger is Trigger.RETRY]
        refused = [each for each in answers if isinstance(each, Conflict)]
        assert all("at this very moment. Nothing else was run." in each.user_message for each in refused)
        assert all(isinstance(each, Conflict | Message) for each in answers), answers
        case = await team.cases.of(case.id)
        assert (case.retrying.number, case.claim) == (again.number, None)


async def test_a_retry_that_comes_to_nothing_bars_no_other(team):
    first = await runs(team, TWO)
    [case] = await team.cases.open_ones()
    deps: Any = SimpleNamespace(suites=team.suites, cases=team.cases, catalog=lambda: team.catalog)
    nameless = replace(case, causes=(replace(case.causes[0], tests=("f00",)), *case.causes[1:]))
    with pytest.raises(NothingFailed):
        await retries.retry_cause(nameless, case.causes[0].id, first.id, deps, by(ANA))
    begun = await retries.retry_cause(case, case.causes[1].id, first.id, deps, by(BEN))
    assert "is being run" in begun.text


@BOTH
async def test_a_run_is_made_something_of_once_however_often_its_end_is_written(valkey, database_url):
    async with a_team(valkey, database_url, TOLD) as bare:
        team = with_cases(bare)
        await runs(team, RED)
        await runs(team, RED)
        before, cases = await told(team), await team.cases.open_ones()
        for made in team.found.ended:
            await team.database.transact(lambda session, made=made: team.found.then(session, made))
        assert (await told(team), await team.cases.open_ones()) == (before, cases)


async def test_an_outage_is_one_message_and_its_runs_open_no_case(team):
    team.around.seen = (Probe("orders", red=True, detail="503"),)
    await runs(team, RED)
    await runs(team, RED)
    assert [name for name, _how in await told(team)] == ["CaseCard", "CaseCard"]
    [case] = await team.cases.open_ones()
    assert (case.kind, case.met) == ("outage", 2)
    for _press in range(2):
        await team.cases.wait(case.id, caller=by(CEM))
    team.around.seen = ()
    await runs(team, GREEN_AGAIN, RunState.SUCCEEDED)
    assert (await told(team))[-1] == ("CaseLine", "recovered")
    assert [each.how for each in await team.told(CEM)] == ["recovered"]
    assert await team.cases.open_ones() == []


async def test_people_look_into_it_close_it_and_open_it_again_and_a_repeat_tells_nothing(team):
    await runs(team, RED)
    [case] = await team.cases.open_ones()
    for _ in range(2):
        await team.cases.look(case.id, caller=by(BEN))
        await team.cases.close(f"#{case.first.number}", caller=by(ANA))
    replies = [each for each in await team.told(CHANNEL) if isinstance(each, CaseLine)]
    assert [(each.how, each.by) for each in replies] == [("closed", ANA)]
    case = await team.cases.reopen(case.id, caller=by(BEN))
    assert ([each.person for each in case.lookers], case.open) == ([BEN], True)


class Minutes:
    def logs_link(self, query):
        return f"https://logs.example.com/{query.window.start.isoformat()}"


async def test_the_logs_of_a_case_are_those_of_the_newest_run_that_met_it(team):
    first, second = await runs(team, RED), await runs(team, RED)
    [case] = await team.cases.open_ones()
    source: Any = Known("here", "otel", Minutes())
    tell = CaseStory("T1", lambda: team.catalog, Links(Sources((source,), (), ()), lambda: team.catalog))
    [card, *_] = tell(Step(None, case, Change.OPENED))
    assert isinstance(card.notice, CaseCard)
    assert second.started_at > first.started_at
    newest = second.started_at.replace(microsecond=0).isoformat()
    assert card.notice.case.logs_url == f"https://logs.example.com/{newest}"
