"""A run that has ended, to what it has found: its failures by cause, each cause with its verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.cases import words
from bot.cases.history import THEN_PASSED, Known, code_of, passed_at
from bot.cases.judging import evidence, service_of
from bot.cases.values import Found, Place, RunRef, Struck, Summary, test_key
from bot.failures.flaky import judged
from bot.failures.grouping import group
from bot.failures.roots import is_unreachable
from bot.failures.situation import FailedTest, RunFacts, Situation
from bot.failures.values import Failure, Group, Origin
from bot.failures.verdict import Verdict, judge
from bot.suites.report import Report
from bot.suites.reports.model import RED, Attempt, Case
from bot.suites.values import SuiteRun
from bot.suites.values import Verdict as Ended
from bot.suites.walks import Walk, Walks

MOST = 2_000
"""Failures of one run that are told apart; the rest is counted."""

NAMED = 5
CONCLUSIVE = frozenset({Ended.PASSED, Ended.FAILED})
NO_WALKS: Walks = {}


@dataclass(frozen=True, slots=True)
class Reading:
    """groups: of all failures, those that were tried again with success included."""

    found: Found
    summary: Summary
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Failed:
    case: Case
    key: str
    failure: Failure
    at: datetime
    red: bool
    walk: Walk | None


def read(run: SuiteRun, report: Report, known: Known, now: datetime, walks: Walks = NO_WALKS) -> Reading:
    at = run.ended_at or run.finished_at or now
    failed = tuple(_failures(report, at, walks))
    groups = group([each.failure for each in failed], open_causes=known.causes, project=known.masks, now=now)
    mine = [(each, [failed[number] for number in each.members]) for each in groups]
    ref = _ref(run, report, at)
    met = [(each, members) for each, members in mine if any(member.red for member in members)]
    struck = [_struck(each, members, known, _facts(run, ref, report)) for each, members in met]
    down = next((each for each in struck if each.evidence.verdict is Verdict.ENVIRONMENT_DOWN), None)
    tests = _became(report, mine)
    found = Found(
        Place(run.suite, run.environment),
        ref,
        conclusive=run.verdict in CONCLUSIVE and down is None,
        causes=() if down else tuple(each for each in struck if not known.green_since(each.tests)),
        passed=frozenset(key for key, became in tests.items() if became == ""),
        down=down,
        deployed=known.deployed,
    )
    return Reading(found, _summary(run, at, tests, failed), groups)


def _summary(run: SuiteRun, at: datetime, tests: dict[str, str], failed: Sequence[_Failed]) -> Summary:
    code = code_of(run.deploy_set, run.commit, run.parameters)
    paths = {each.key: each.walk.path for each in failed if each.walk}
    return Summary(run.id, run.number, at, code, run.commit, tests, run.deploy_set, run.parameters, paths)


def _ref(run: SuiteRun, report: Report, at: datetime) -> RunRef:
    counts, url = report.counts, run.run.url if run.run else ""
    return RunRef(run.id, run.number, at, counts.total, counts.red, run.attempt, run.started_at, url)


def _failures(report: Report, ended: datetime, walks: Walks) -> Iterator[_Failed]:
    """Of what failed, and of what passed only when it was tried again."""
    left = MOST
    for case in report.cases:
        if case.status in RED or case.status == "flaky":
            yield _failed(case, ended, walks.get(case.id))
            left -= 1
        if not left:
            return


def _failed(case: Case, ended: datetime, walk: Walk | None) -> _Failed:
    """Its last failed attempt. When one began that says nothing of that, its first request tells; else it may have been
    as late as the run's end.
    """
    last = case.broke or Attempt("failed", message=case.message)
    message = last.message or case.message
    origin = Origin(walk.origin, walk.fault) if walk and walk.origin else None
    failure = Failure(case.id, message, last.error_class, last.stack, origin)
    at = last.started or (walk.at if walk else ended)
    return _Failed(case, test_key(case.id), failure, at, case.status in RED, walk)


def _became(report: Report, groups: Sequence[tuple[Group, list[_Failed]]]) -> dict[str, str]:
    """Tests that share a name have passed only if all of them did."""
    tests = {test_key(case.id): "" for case in report.cases if case.status == "passed"}
    members = [(found.cause, member) for found, failed in groups for member in failed]
    for cause, member in sorted(members, key=lambda each: each[1].red):
        tests[member.key] = cause if member.red else f"{THEN_PASSED}{cause}"
    return tests


def _facts(run: SuiteRun, ref: RunRef, report: Report) -> RunFacts:
    unreachable = sum(is_unreachable(case.message) for case in report.red)
    start = run.started_at or run.opened_at
    return RunFacts(run.id, start, ref.total, ref.failed, unreachable, why=run.why, commit=run.commit)


def _struck(found: Group, members: list[_Failed], known: Known, run: RunFacts) -> Struck:
    red = [member for member in members if member.red]
    situation = _situation(found, red, known, run)
    shown = evidence(judge(situation), situation)
    first, named = red[0].failure, sorted(red, key=lambda member: member.walk is None)[:NAMED]
    return Struck(
        found.cause,
        words.says(first, found.fingerprints[0]),
        tuple(dict.fromkeys(member.key for member in red)),
        tuple(words.name(member.case.name) for member in named),
        shown,
        service_of(found.origin, shown, known.services),
        words.excerpt(first),
        tuple(each.walk.page if each.walk else "" for each in named),
    )


def _situation(found: Group, red: list[_Failed], known: Known, run: RunFacts) -> Situation:
    failures = tuple(_test(member, found.cause, known) for member in red)
    last = max((each.passed_at for each in failures if each.passed_at), default=None)
    commit = next((each.commit for each in reversed(known.summaries) if each.at == last), "")
    facts = RunFacts(run.id, run.start, run.reported, run.failed, run.unreachable, run.end, run.why, run.commit, commit)
    seen = known.seen_in.get(found.cause, 0)
    return Situation(facts, failures, known.probes, known.deployed, known.earlier, seen, origin=found.origin)


def _test(member: _Failed, cause: str, known: Known) -> FailedTest:
    path = member.walk.path if member.walk else known.path(member.key, cause)
    tries = known.tries(member.key, cause, path)
    return FailedTest(
        member.case.name,
        member.at,
        path,
        flakiness=judged(tries) if tries else None,
        unreachable=is_unreachable(member.failure.message),
        passed_at=passed_at(known, member.key),
    )
