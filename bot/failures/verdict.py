"""What a cause is, with the evidence for it: the first verdict that has evidence of its own, else unknown. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.failures.changing import remaining
from bot.failures.flaky import History
from bot.failures.reasons import (
    CameBefore,
    CameDuringRun,
    CameSincePass,
    DataChanged,
    DataErrors,
    External,
    FlakedBefore,
    Killed,
    NoTests,
    PassedBefore,
    Reasons,
    RedProbe,
    SaidBy,
    SeenBefore,
    SuiteCommit,
    Unreachable,
)
from bot.failures.situation import Deployed, End, FailedTest, Probe, Situation

FEWEST_UNREACHABLE = 3
"""Connection errors in one run from which they may be most of it."""
YOUNG = timedelta(days=1)
"""For so long a version is looked at when something new fails, though tests passed on it: what leaks breaks late."""


class Verdict(StrEnum):
    """In the order in which they are asked for. CANNOT_SAY: it met a version that came during the run. NEW: never seen
    before; UNKNOWN: seen before. Both say that nothing explains it.
    """

    ENVIRONMENT_DOWN = "environment down"
    RUN_KILLED = "run killed"
    KNOWN_ISSUE = "known issue"
    FLAKY = "flaky"
    CANNOT_SAY = "cannot say"
    REGRESSION = "regression"
    SUITE_CHANGED = "suite changed"
    TEST_DATA = "test data"
    EXTERNAL_SYSTEM = "external system"
    NEW = "new"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """reasons: what speaks for the verdict; then how often the cause was seen, and what is unclear of it."""

    verdict: Verdict
    reasons: Reasons

    @property
    def suspects(self) -> tuple[Deployed, ...]:
        """Of a regression: the deployments that may have brought it, the likelier first."""
        came = [reason for reason in self.reasons if isinstance(reason, CameSincePass)]
        return tuple(each.deployment for each in sorted(came, key=lambda each: not each.suspected))


def judge(at: Situation) -> Judgement:
    """Failures that came after a deployment in the run, through what it replaced, speak for nothing: the others do."""
    during = _came_during_run(at)
    clear = tuple(each for each in at.failures if not any(may_have_met(each, came.deployment) for came in during))
    seen = SeenBefore(at.seen_in, at.earlier_runs)
    for verdict, reasons in (
        (Verdict.ENVIRONMENT_DOWN, _environment_down(at)),
        (Verdict.RUN_KILLED, _run_killed(at)),
        (Verdict.KNOWN_ISSUE, (SaidBy(at.known_issue),) if at.known_issue else ()),
        (Verdict.FLAKY, _flaky(at)),
        (Verdict.CANNOT_SAY, during if not clear else ()),
        (Verdict.REGRESSION, _regression(at, clear)),
        (Verdict.SUITE_CHANGED, _suite_changed(at, clear)),
        (Verdict.TEST_DATA, _test_data(at, clear)),
        (Verdict.EXTERNAL_SYSTEM, tuple(map(External, at.external))),
    ):
        if reasons:
            return Judgement(verdict, tuple(dict.fromkeys((*reasons, seen, *during))))
    if at.seen_in:
        return Judgement(Verdict.UNKNOWN, (seen, *during))
    return Judgement(Verdict.NEW if at.earlier_runs else Verdict.UNKNOWN, (seen, *during, *_came_before(at, clear)))


def _environment_down(at: Situation) -> Reasons:
    """Needs evidence of its own: that nearly everything fails is none."""
    if not at.run.reported:
        return (NoTests(at.run.id),) if at.run.end is End.FINISHED else ()
    red = [probe for probe in at.probes if probe.red and _all_through(probe, at.failures)]
    count, of = at.run.unreachable, at.run.failed
    mostly = (Unreachable(count, of),) if count >= FEWEST_UNREACHABLE and 2 * count > of else ()
    return (*map(RedProbe, red), *mostly)


def _all_through(probe: Probe, failures: tuple[FailedTest, ...]) -> bool:
    return all(each.may_pass_through(probe.service) for each in failures)


def _run_killed(at: Situation) -> Reasons:
    if at.run.end is End.FINISHED:
        return ()
    count, of = sum(each.cut_off for each in at.failures), len(at.failures)
    return (Killed(at.run.why, count, of),) if count == of else ()


def _flaky(at: Situation) -> Reasons:
    """Every one of the tests has been flaky with this very failure, and nobody said otherwise."""
    known = [(each.test, each.flakiness) for each in at.failures if each.flakiness]
    flaky = tuple(FlakedBefore(test, said) for test, said in known if said.history is History.FLAKY)
    whole = bool(flaky) and len(flaky) == len(at.failures)
    return flaky if whole and at.not_flaky is None else ()


def _came_during_run(at: Situation) -> tuple[CameDuringRun, ...]:
    came = [each for each in at.deployments if each.end is None or each.end > at.run.start]
    counted = [(each, sum(may_have_met(failure, each) for failure in at.failures)) for each in came]
    return tuple(CameDuringRun(each, count, len(at.failures)) for each, count in counted if count)


def may_have_met(failure: FailedTest, came: Deployed) -> bool:
    """Whether it came after what was deployed had begun to, and may have gone through it."""
    return failure.at >= came.start and failure.may_pass_through(came.service)


def _regression(at: Situation, clear: tuple[FailedTest, ...]) -> Reasons:
    """Tests that passed before fail since a version on their path was replaced, and not put back."""
    passed = _passed(clear)
    if passed is None:
        return ()
    since = Counter(each.id for failure in clear for each in remaining(_between(failure, at.deployments)))
    came = _nearest(at, [(each, since[each.id]) for each in at.deployments if since[each.id]])
    suspected = _suspected(at, [each for each, _count in came])
    brought = [CameSincePass(each, count, len(clear), each.id in suspected) for each, count in came]
    return (*brought, passed, *_commits(at)) if brought else ()


def _nearest(at: Situation, came: list[tuple[Deployed, int]]) -> list[tuple[Deployed, int]]:
    """It is one cause, so what explains most of its failures; and what came to where it began, since what is broken may
    pass now and then.
    """
    most = max((count for _each, count in came), default=0)
    return [(each, count) for each, count in came if count == most or (at.origin and at.origin.service == each.service)]


def _suspected(at: Situation, came: list[Deployed]) -> set[str]:
    """Ids of what came to the service where the failure began; else of the only one that came."""
    of_origin = {each.id for each in came if at.origin and at.origin.service == each.service}
    return of_origin or ({came[0].id} if len(came) == 1 else set())


def _came_before(at: Situation, clear: tuple[FailedTest, ...]) -> Reasons:
    """The newest version of each service on the path; where the failure is known to have begun, of that one alone."""
    counted = {each.service: (each, sum(_young(failure, each) for failure in clear)) for each in at.deployments}
    came = {each.id: count for each, count in counted.values() if count}
    newest = [each for each, _count in counted.values() if each.id in came]
    suspected = _suspected(at, newest)
    shown = [each for each in newest if each.id in suspected] or newest
    return tuple(CameBefore(each, came[each.id], len(clear), each.id in suspected) for each in shown)


def _young(failure: FailedTest, came: Deployed) -> bool:
    before = came.end is not None and timedelta(0) <= failure.at - came.end <= YOUNG
    return before and failure.may_pass_through(came.service)


def _between(failure: FailedTest, deployments: Sequence[Deployed]) -> list[Deployed]:
    """Those that came after it passed and before it failed, on its path."""
    passed = failure.passed_at
    if passed is None:
        return []
    came = (each for each in deployments if each.end is not None and passed < each.end <= failure.at)
    return [each for each in came if failure.may_pass_through(each.service)]


def _passed(clear: tuple[FailedTest, ...]) -> PassedBefore | None:
    times = [each.passed_at for each in clear if each.passed_at is not None]
    return PassedBefore(len(times), len(clear), max(times)) if times else None


def _suite_changed(at: Situation, clear: tuple[FailedTest, ...]) -> Reasons:
    passed, commits = _passed(clear), _commits(at)
    return (*commits, passed) if commits and passed else ()


def _commits(at: Situation) -> tuple[SuiteCommit, ...]:
    before, now = at.run.commit_before, at.run.commit
    return (SuiteCommit(before, now),) if before and now and before != now else ()


def _test_data(at: Situation, clear: tuple[FailedTest, ...]) -> Reasons:
    """Most of it complains of data, or data changed between the last pass and the failure."""
    count, of = sum(each.on_test_data for each in clear), len(clear)
    complains = (DataErrors(count, of),) if 2 * count > of else ()
    changed, passed = at.data_changed_at, _passed(clear)
    came = changed is not None and passed is not None and passed.at < changed <= max(each.at for each in clear)
    return (*complains, DataChanged(changed)) if came and changed else complains
