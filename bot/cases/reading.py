"""A run that has ended, to what it has found: its failures by cause, each cause with its verdict. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases import words
from bot.cases.history import THEN_PASSED, Known, code_of, passed_at
from bot.cases.judging import evidence, service_of
from bot.cases.values import Evidence, Found, Place, RunRef, Struck, Summary, test_key
from bot.failures.flaky import judged
from bot.failures.grouping import group
from bot.failures.roots import is_unreachable
from bot.failures.rules import Rule, Says, Subject
from bot.failures.situation import FailedTest, RunFacts, Situation
from bot.failures.values import Failure, Group, Origin
from bot.failures.verdict import Verdict, judge, may_have_met
from bot.suites.left import telling
from bot.suites.report import Report
from bot.suites.reports.model import RED, Attempt, Case
from bot.suites.values import Excused, ExcusedTest, SuiteRun
from bot.suites.values import Verdict as Ended
from bot.suites.walks import Walk, Walks

MOST = 2_000
"""Failures of one run that are told apart; the rest is counted."""

NEARLY_ALL, FEW = 0.8, 5
"""Share of tests from which a run looks like an outage, and the fewest tests of which that can be said."""

UNTOLD = frozenset({Verdict.NEW, Verdict.UNKNOWN, Verdict.CANNOT_SAY})
"""Who cannot say more says what there was not to be seen."""

NAMED = 5
NO_TICKET = "no ticket"
"""What is known without more words."""

CONCLUSIVE = frozenset({Ended.PASSED, Ended.FAILED})
CARRIED_OUT = CONCLUSIVE | {Ended.SKIPPED}
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
    passed_then: bool
    walk: Walk | None
    quarantined: Rule | None = None

    @property
    def red(self) -> bool:
        return not self.passed_then and self.quarantined is None


def read(
    run: SuiteRun,
    report: Report,
    known: Known,
    now: datetime,
    walks: Walks = NO_WALKS,
    *,
    silent: tuple[str, ...] = (),
) -> Reading:
    """silent: services of which there are no logs."""
    at = run.ended_at or run.finished_at or now
    failed = tuple(_failures(report, at, walks))
    groups = _groups(failed, known, now)
    mine = [(each, _members(each, failed, known)) for each in groups]
    ref = _ref(run, report, at)
    met = [(each, members) for each, members in mine if any(member.red for member in members)]
    causes = (_struck(each, members, known, _facts(run, ref, report)) for each, members in met)
    struck = [replace(each, silent=silent) if each.evidence.verdict in UNTOLD else each for each in causes]
    down = next((each for each in struck if each.evidence.verdict is Verdict.ENVIRONMENT_DOWN), None)
    down = None if run.interrupted else down
    tests = _became(report, mine)
    found = Found(
        Place(run.suite, run.environment),
        ref,
        conclusive=run.verdict in CONCLUSIVE and down is None,
        causes=() if down else tuple(each for each in struck if not known.green_since(each.tests)),
        passed=frozenset(key for key, became in tests.items() if became == ""),
        skipped=frozenset() if down else _skipped(run, report, tests),
        down=down,
        deployed=known.deployed,
        quarantined=sum(member.quarantined is not None for _group, members in mine for member in members),
        answers=_answers(ref, known),
    )
    return Reading(found, _summary(run, at, tests, failed), groups)


def _skipped(run: SuiteRun, report: Report, tests: Mapping[str, str]) -> frozenset[str]:
    """Of a run that was carried out, if only to skip them all. A name that others share may have been tried."""
    if run.verdict not in CARRIED_OUT:
        return frozenset()
    return frozenset(test_key(each.id) for each in report.cases if each.status == "skipped") - tests.keys()


def _answers(run: RunRef, known: Known) -> bool:
    """Nearly everything failed, and every service that is looked at was well."""
    well = bool(known.probes) and not any(probe.red for probe in known.probes)
    return well and run.total >= FEW and run.failed >= NEARLY_ALL * run.total


def _summary(run: SuiteRun, at: datetime, tests: dict[str, str], failed: Sequence[_Failed]) -> Summary:
    code = code_of(run.deploy_set, run.commit, run.parameters)
    paths = {each.key: each.walk.path for each in failed if each.walk}
    names = {each.key: words.name(each.case.name) for each in failed}
    known = (run.deploy_set, run.parameters, paths, names)
    return Summary(run.id, run.number, at, code, run.commit, tests, *known)


def excused(report: Report, known: Known, ended: datetime, now: datetime, walks: Walks = NO_WALKS) -> Excused:
    """What failed and turns the run not red, and what is known. What is red and of which nobody said either is not
    looked at.
    """
    said = known.rules.any(Says.QUARANTINE) or known.rules.any(Says.KNOWN)
    looked_at = {"flaky", *(RED if said else ())}
    cases = tuple(case for case in report.cases if case.status in looked_at)
    failed = tuple(_failures(replace(report, cases=cases), ended, walks))
    groups = _groups(failed, known, now)
    members = [(each.cause, member) for each in groups for member in _members(each, failed, known)]
    told = [(cause, member) for cause, member in members if not member.red]
    issues = {member.case.id: _known_as(cause, known) for cause, member in members if member.red}
    quarantined = frozenset(member.case.id for _cause, member in told if member.quarantined and not member.passed_then)
    tests = tuple(_excused(member, cause, known) for cause, member in told)
    return Excused(tests, quarantined, {id: words for id, words in issues.items() if words})


def _known_as(cause: str, known: Known) -> str:
    rule = known.rules.saying(Says.KNOWN, Subject(cause=cause))
    return (rule.reference or rule.reason or NO_TICKET) if rule else ""


def _excused(member: _Failed, cause: str, known: Known) -> ExcusedTest:
    tries, rule = known.tries(member.key, cause), member.quarantined
    failed = sum(each.status in RED for each in member.case.attempts) or 1
    return ExcusedTest(
        words.name(member.case.name),
        member.key,
        cause,
        failed,
        sum(each.failed for each in tries) + failed,
        len(tries) + failed + member.passed_then,
        passed_then=member.passed_then,
        owner=rule.owner if rule else "",
        until=rule.expires_at if rule else None,
    )


def _groups(failed: Sequence[_Failed], known: Known, now: datetime) -> tuple[Group, ...]:
    rules = known.rules.naming({each.key: each.case.id for each in failed})
    failures = [each.failure for each in failed]
    return group(failures, open_causes=known.causes, rules=rules, project=known.masks, now=now)


def _members(found: Group, failed: Sequence[_Failed], known: Known) -> list[_Failed]:
    """With the quarantine that holds for each."""
    saying = known.rules.saying
    return [
        replace(each, quarantined=saying(Says.QUARANTINE, Subject(cause=found.cause, test=each.key)))
        for each in (failed[number] for number in found.members)
    ]


def _ref(run: SuiteRun, report: Report, at: datetime) -> RunRef:
    counts, url = report.counts, run.run.url if run.run else ""
    versions = code_of(run.deploy_set, "", {}) if run.deploy_set else ""
    return RunRef(run.id, run.number, at, counts.total, counts.red, run.attempt, run.started_at, url, versions)


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
    return _Failed(case, test_key(case.id), failure, at, case.status not in RED, walk)


def _became(report: Report, groups: Sequence[tuple[Group, list[_Failed]]]) -> dict[str, str]:
    """Tests that share a name have passed only if all of them did."""
    tests = {test_key(case.id): "" for case in report.cases if case.status == "passed"}
    members = [(found.cause, member) for found, failed in groups for member in failed]
    for cause, member in sorted(members, key=lambda each: not each[1].passed_then):
        tests[member.key] = f"{THEN_PASSED}{cause}" if member.passed_then else cause
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
        _says(red, found),
        tuple(dict.fromkeys(member.key for member in red)),
        tuple(words.name(member.case.name) for member in named),
        shown,
        service_of(found.origin, shown, known.services),
        words.excerpt(first),
        tuple(each.walk.page if each.walk else "" for each in named),
        tuple(dict.fromkeys(_unclear(red, situation, shown))),
        tuple(telling(each.case) for each in named),
        untraced=sum(member.walk is None for member in red) if shown.verdict in UNTOLD else 0,
        run=run.id,
    )


def _says(red: Sequence[_Failed], found: Group) -> str:
    """What was raised where it went wrong first tells more than what a test made of it."""
    raised = (each.walk.says for each in red if each.walk and each.walk.says)
    return words.line(next(raised, "")) or words.says(red[0].failure, found.fingerprints[0])


def _unclear(red: list[_Failed], situation: Situation, shown: Evidence) -> Iterator[str]:
    """Tests that may have met what came while the run went on."""
    for member, failure in zip(red, situation.failures, strict=True):
        if any(may_have_met(failure, came) for came, _count in shown.during):
            yield member.key


def _situation(found: Group, red: list[_Failed], known: Known, run: RunFacts) -> Situation:
    failures = tuple(_test(member, found.cause, known) for member in red)
    last = max((each.passed_at for each in failures if each.passed_at), default=None)
    commit = next((each.commit for each in reversed(known.summaries) if each.at == last), "")
    facts = RunFacts(run.id, run.start, run.reported, run.failed, run.unreachable, run.end, run.why, run.commit, commit)
    seen = known.seen_in.get(found.cause, 0)
    about, rules = Subject(cause=found.cause), known.rules
    return Situation(
        facts,
        failures,
        known.probes,
        known.deployed,
        known.runs_of([member.key for member in red], found.cause),
        seen,
        known_issue=rules.saying(Says.KNOWN, about),
        not_flaky=rules.saying(Says.NOT_FLAKY, about),
        origin=found.origin,
    )


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
