"""What becomes of cases: with each run that has ended, and by people's hands. Pure: the time is an argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.cases.values import Case, Closed, Found, Kind, Looker, Retrying, Struck, case_id
from bot.failures.verdict import Verdict

REMEMBERED = 5
"""Numbers of runs that a case names."""

QUIET = frozenset({Verdict.FLAKY, Verdict.KNOWN_ISSUE})
"""What opens no case, and brings none back."""


class Change(StrEnum):
    """What happened to a case. QUIET: nothing that anybody need be told, but its message may read otherwise."""

    OPENED = "opened"
    MET = "met"
    RECOVERED = "recovered"
    REOPENED = "reopened"
    LOOKED = "looked"
    CLOSED = "closed"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Step:
    """by: whose hand it was; empty when it was a run."""

    before: Case | None
    after: Case
    change: Change
    by: str = ""


def decide(found: Found, cases: Sequence[Case]) -> tuple[Step, ...]:
    """cases: the open ones of this place, the closed ones that the run's causes belong to, and the open outage of its
    environment. The same run once more changes nothing, and neither does one that is older than what is known.
    """
    followed = filter(None, (_follow(case, found) for case in cases))
    return (*followed, *_opened(found, cases))


def look(case: Case, person: str, now: datetime) -> Step | None:
    """Several may look into it. None when nothing changes."""
    if not case.open or any(each.person == person for each in case.lookers):
        return None
    return _step(case, Change.LOOKED, by=person, lookers=(*case.lookers, Looker(person, now)))


def close(case: Case, person: str, now: datetime) -> Step | None:
    if not case.open:
        return None
    return _step(case, Change.CLOSED, by=person, closed=Closed(now, by=person), retrying=None)


def reopen(case: Case, person: str) -> Step | None:
    if case.open:
        return None
    return _step(case, Change.REOPENED, by=person, closed=None, reopened=case.reopened + 1, causes=_red_again(case))


def retry(case: Case, person: str, number: int) -> Step | None:
    """Its failed tests run again, as the run with that number."""
    retrying = Retrying(person, number)
    if not case.open or case.retrying == retrying or number <= case.newest:
        return None
    return _step(case, Change.QUIET, by=person, retrying=retrying)


def _step(case: Case, change: Change, *, by: str = "", **what: Any) -> Step:
    return Step(case, replace(case, revision=case.revision + 1, **what), change, by)


def _red_again(case: Case) -> tuple[Struck, ...]:
    return tuple(replace(each, green=False) for each in case.causes)


def _follow(case: Case, found: Found) -> Step | None:
    if found.run.number <= case.newest:
        return None
    if case.kind is Kind.OUTAGE:
        return _outage(case, found)
    if found.down is None and found.conclusive:
        hit = {each.id: each for each in found.causes if case.open or each.evidence.verdict not in QUIET}
        hit = {each.id: hit[each.id] for each in case.causes if each.id in hit}
        if hit:
            return _met(case, found, hit)
        if case.open:
            return _not_met(case, found)
    return _retried(case, found)


def _outage(case: Case, found: Found) -> Step | None:
    """Any run that is carried out says that it is over."""
    if found.down is not None:
        return _step(case, Change.QUIET, **_another(case, found), causes=(found.down,))
    if not found.conclusive:
        return None
    return _step(case, Change.RECOVERED, closed=Closed(found.run.at, run=found.run))


def _met(case: Case, found: Found, hit: dict[str, Struck]) -> Step:
    causes = tuple(_now(each, found, hit) for each in case.causes)
    change = Change.MET if case.open else Change.REOPENED
    again = case.reopened + (not case.open)
    retrying = _still(case, found)
    return _step(case, change, **_another(case, found), causes=causes, closed=None, reopened=again, retrying=retrying)


def _another(case: Case, found: Found) -> dict[str, Any]:
    numbers = (*case.numbers, found.run.number)[-REMEMBERED:]
    return {"last": found.run, "met": case.met + 1, "numbers": numbers}


def _now(cause: Struck, found: Found, hit: dict[str, Struck]) -> Struck:
    """Which tests it strikes is as of the newest run; why it is thought to, as of the run that met it first."""
    if again := hit.get(cause.id):
        return replace(cause, tests=again.tests, names=again.names, traces=again.traces, green=False)
    return replace(cause, green=cause.green or _passed(cause, found))


def _passed(cause: Struck, found: Found) -> bool:
    """Every test that it struck: one that was not run, or was skipped, says nothing."""
    return bool(cause.tests) and found.passed.issuperset(cause.tests)


def _not_met(case: Case, found: Found) -> Step | None:
    causes = tuple(_now(each, found, {}) for each in case.causes)
    if not all(each.green for each in causes):
        retrying = _still(case, found)
        if (causes, retrying) == (case.causes, case.retrying):
            return None
        return _step(case, Change.QUIET, causes=causes, retrying=retrying)
    since = tuple(each for each in found.deployed if each.end is not None and each.end > case.last.at)
    closed = Closed(found.run.at, run=found.run, since=since)
    return _step(case, Change.RECOVERED, causes=causes, closed=closed, retrying=None)


def _retried(case: Case, found: Found) -> Step | None:
    """A retry that came to nothing is over all the same."""
    retrying = _still(case, found)
    return None if retrying == case.retrying else _step(case, Change.QUIET, retrying=retrying)


def _still(case: Case, found: Found) -> Retrying | None:
    over = case.retrying is not None and case.retrying.number <= found.run.number
    return None if over else case.retrying


def _opened(found: Found, cases: Sequence[Case]) -> Iterator[Step]:
    known = {cause.id for case in cases for cause in case.causes}
    if found.down is not None:
        if not any(case.kind is Kind.OUTAGE for case in cases):
            yield _new(found, (found.down,), Kind.OUTAGE)
        return
    new = tuple(each for each in found.causes if each.id not in known and each.evidence.verdict not in QUIET)
    if new and found.conclusive:
        yield _new(found, new, Kind.FAILURES)


def _new(found: Found, causes: tuple[Struck, ...], kind: Kind) -> Step:
    run = found.run
    case = Case(case_id(run.id, kind), found.place, run.at, run, run, causes, kind, numbers=(run.number,))
    return Step(None, case, Change.OPENED)
