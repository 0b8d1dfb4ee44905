"""Which minutes are looked at, and which healthy ones they are compared with. Pure; times are aware UTC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.diagnosis.asking import Reference
from bot.diagnosis.evidence import Window
from bot.diagnosis.words.saying import listed
from bot.suites.values import SuiteRun, Verdict

LEAD = timedelta(minutes=2)
"""Before a run's first request: a run alone may be too short to compare rates by."""

LATE = timedelta(seconds=5)
"""After its last one, what it set off is still written."""

FEWEST, LONGEST = timedelta(minutes=10), timedelta(minutes=30)
"""How long the time before a fault is looked at, when nothing better is known of health."""

SETS = 2
"""Green runs that are compared with."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to before `end`."""

    start: datetime
    end: datetime

    @property
    def window(self) -> Window:
        return Window(self.start.timestamp(), self.end.timestamp())


@dataclass(frozen=True, slots=True)
class Came:
    """A version was there then. says: `payments 1.5.0`."""

    at: datetime
    says: str


def of_run(run: SuiteRun, now: datetime, lead: timedelta = timedelta()) -> Span:
    """lead: of the time before it."""
    start = run.started_at or run.opened_at
    end = run.ended_at or run.finished_at or now
    return Span(start - lead, max(min(end + LATE, now), start + timedelta(seconds=1)))


def lead(runs: Iterable[SuiteRun], deployed: Iterable[datetime]) -> timedelta:
    """As much of the time before each of them as had its versions, and the same of all, so that like is compared with
    like: a run asks more than there is asked around it. deployed: when others came.
    """
    starts = [run.started_at or run.opened_at for run in runs]
    return min([LEAD, *(start - at for start in starts for at in deployed if start - LEAD <= at <= start)])


def before(start: datetime, length: timedelta) -> Span:
    """The time before a fault of that length."""
    return Span(start - min(max(length, FEWEST), LONGEST), start)


def healthy(red: SuiteRun, runs: Iterable[SuiteRun], since: datetime) -> list[SuiteRun]:
    """Green runs of the same suite there, whole ones, since then: the one with the closest deploy set first, and of
    others that are as close the newest.
    """
    green = [each for each in runs if _fits(each, red) and (each.started_at or each.opened_at) >= since]
    known = sorted(green, key=lambda each: (_distance(red, each), -each.number))
    newest = sorted(green, key=lambda each: -each.number)
    return list({each.id: each for each in (*known[:1], *newest)}.values())[:SETS]


def _fits(run: SuiteRun, red: SuiteRun) -> bool:
    same = (run.suite, run.environment) == (red.suite, red.environment)
    return same and run.verdict is Verdict.PASSED and not run.only and run.number < red.number


def _distance(one: SuiteRun, other: SuiteRun) -> int:
    """Services in other versions; more than there can be where nobody knows."""
    if not one.deploy_set or not other.deploy_set:
        return len(one.deploy_set) + len(other.deploy_set) + 1
    return len(differing(one.deploy_set, other.deploy_set))


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in {*one, *other} if one.get(name) != other.get(name)))


def reference(red: SuiteRun, green: SuiteRun, span: Span, came: Sequence[Came] = ()) -> Reference:
    """came: versions, of which those that came while one of the two ran are named: either began with another one."""
    meanwhile = "".join(f", and {said}" for said in filter(None, (_meanwhile(red, came), _meanwhile(green, came))))
    if not red.deploy_set or not green.deploy_set:
        return Reference(span.window, f"{green.suite} #{green.number}, green{meanwhile}")
    others = differing(red.deploy_set, green.deploy_set)
    versions = f"the same versions but {listed(others)}" if others else "the same versions"
    return Reference(span.window, f"{green.suite} #{green.number}, green, {versions}{meanwhile}", others)


def _meanwhile(run: SuiteRun, came: Sequence[Came]) -> str:
    """`payments 1.5.0 came while #418 ran`"""
    start, end = run.started_at or run.opened_at, run.ended_at or run.finished_at
    names = dict.fromkeys(each.says for each in came if start < each.at and (end is None or each.at <= end))
    return f"{listed(tuple(names))} came while #{run.number} ran" if names else ""
