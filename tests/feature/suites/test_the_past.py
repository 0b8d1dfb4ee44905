"""Runs from before a suite was known here: read some at a time, remembered once, told to nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.cases.memory import Memory
from bot.cases.values import Place
from bot.catalog import parse
from bot.errors import IntegrationError
from bot.grammar.words import why_taken
from bot.notices.casework import CaseCard
from bot.ports.fake_pipelines import Trouble
from bot.ports.pipelines import Pipeline, RunRequest, RunState
from bot.suites.backfill import AT_ONCE, Backfilling
from bot.suites.past import NO_REPORT, NOWHERE
from bot.suites.values import Verdict, Wish
from tests.support.cases import TOLD, runs, with_cases
from tests.support.suites import ANA, GREEN, RED, a_team, begun, by, ended

API = Pipeline("local", "shop/tests", "api")
DAY = timedelta(days=1)


@pytest.fixture
async def team(valkey: Any, tmp_path: Any) -> Any:
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as bare:
        team = with_cases(bare)
        about = {"catalog": lambda: team.catalog, "clock": team.clock}
        store, reports, desk = team.store, team.reports, team.found.then
        team.backfilling = Backfilling(store, reports, {"local": team.vendor}.get, remember=desk.remember, **about)
        yield team


async def ran(team, days_ago, report, state=RunState.SUCCEEDED, pipeline=API, **variables):
    """By somebody else, so many days ago."""
    began = team.clock.now() - days_ago * DAY
    run = await team.vendor.start(RunRequest(pipeline, f"old-{days_ago}", variables))
    team.vendor.advance(run, state)
    kept = team.vendor.began[run.id]
    kept.status = replace(kept.status, started_at=began, finished_at=began + timedelta(minutes=4), commit="main")
    if report is not None:
        kept.artifacts["junit.xml"] = report
    return run


async def remembered(team, suite="api"):
    return await team.database.transact(lambda session: Memory("T1").runs(session, Place(suite, "integration")))


async def past(team, suite="api"):
    return next(each.past for each in await team.suites.plan() if each.suite.name == suite)


async def test_the_first_red_run_has_a_past(team):
    for days in (44, 3, 2, 1):
        await ran(team, days, RED if days == 44 else GREEN.replace(b'"test_a"', b'"test_a[EUR]"'))
    await team.backfilling.go_on({})
    await runs(team, RED)
    card = next(each for each in await team.told("#integration") if isinstance(each, CaseCard))
    [cause] = card.case.causes
    assert (cause.seen_in, cause.of) == (1, 4)


async def test_what_failed_weeks_ago_is_told_to_nobody(team):
    await ran(team, 2, RED, RunState.FAILED)
    await team.backfilling.go_on({})
    assert (await team.told("#integration"), await team.cases.open_ones(), await team.suites.history()) == ([], [], [])
    assert [each.tests != {} for each in await remembered(team)] == [True]


async def test_it_is_read_some_at_a_time_the_newest_first(team):
    for days in range(AT_ONCE + 5, 0, -1):
        await ran(team, days, GREEN)
    await team.backfilling.go_on({})
    assert ((await past(team)).kept, len((await past(team)).waiting)) == (AT_ONCE, 5)
    newest = [each.at for each in await remembered(team)]
    assert min(newest) > team.clock.now() - (AT_ONCE + 1) * DAY
    await team.backfilling.go_on({})
    await team.backfilling.go_on({})
    assert len(await remembered(team)) == (await past(team)).kept == AT_ONCE + 5
    assert team.vendor.calls.count("earlier") == 3  # once for each suite of this provider


async def test_a_kill_loses_nothing_and_counts_nothing_twice(team):
    for days in (3, 2, 1):
        await ran(team, days, GREEN)
    remember, done = team.backfilling._remember, []

    def killed(session, ended):
        remember(session, ended)
        done.append(ended.run.id)
        if len(done) == 2:
            raise KeyboardInterrupt

    team.backfilling._remember = killed
    with pytest.raises(KeyboardInterrupt):
        await team.backfilling.go_on({})
    assert ((await past(team)).kept, len(await remembered(team))) == (1, 1)
    await team.backfilling.go_on({})
    assert ((await past(team)).kept, len(await remembered(team))) == (3, 3)


async def test_what_is_begun_here_is_not_of_the_past(team):
    await ended(team, await begun(team), RunState.SUCCEEDED, GREEN)
    await ran(team, 1, GREEN)
    await team.backfilling.go_on({})
    assert ((await past(team)).found, [each.number > 0 for each in await remembered(team)]) == (1, [False, True])


async def test_what_says_nothing_is_counted_by_why(team):
    await ran(team, 1, None)
    await ran(team, 2, GREEN, RunState.CANCELLED)
    await ran(team, 3, RED[:-30], RunState.FAILED)
    await ran(team, 4, GREEN)
    await team.backfilling.go_on({})
    assert (await past(team)).passed_over == {NO_REPORT: 1, "were cancelled": 1, "were killed, or broke": 1}
    assert len(await remembered(team)) == 1


async def test_a_run_counts_where_it_ran_as_far_as_that_is_said(team):
    text = TOLD.replace(b"environments:\n", b"environments:\n  staging: { services: [payments] }\n")
    team.catalog = parse(text, "catalog", why_taken=why_taken)
    await ran(team, 1, GREEN, TARGET="Integration")
    await ran(team, 2, GREEN)
    await team.backfilling.go_on({})
    assert (len(await remembered(team)), (await past(team)).passed_over) == (1, {NOWHERE: 1})


async def test_a_provider_that_says_no_is_asked_again_later_and_says_why_meanwhile(team):
    await ran(team, 1, GREEN)
    trouble = Trouble(IntegrationError("The token has run out.", vendor="fake", status=401), of="earlier")
    team.vendor.troubles.append(trouble)
    await team.backfilling.go_on({})
    assert (await past(team)).why == "The token has run out."
    await team.backfilling.go_on({})
    assert await remembered(team) == ()
    team.clock.advance(timedelta(hours=1))
    await team.backfilling.go_on({})
    assert ((await past(team)).why, len(await remembered(team))) == ("", 1)


async def test_how_long_it_takes_is_known_from_the_past(team):
    await ran(team, 1, GREEN)
    await team.backfilling.go_on({})
    run = await team.suites.run(Wish("api", "integration"), caller=by(ANA))
    assert run.expected == timedelta(minutes=4)


async def test_a_version_that_nobody_knows_makes_no_test_flaky(team):
    """It failed and passed, and what was deployed in between nobody can say."""
    for days in range(10, 0, -1):
        await ran(team, days, RED if days % 2 else GREEN.replace(b'"test_a"', b'"test_a[EUR]"'))
    await team.backfilling.go_on({})
    run = await runs(team, RED)
    assert run.verdict is Verdict.FAILED
    [case] = await team.cases.open_ones()
    assert (case.causes[0].evidence.verdict, case.causes[0].evidence.seen_in) == ("unknown", 5)
