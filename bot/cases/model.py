"""What becomes of cases: with each run that has ended, and by people's hands. Pure: the time is an argument."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.cases.between import net
from bot.cases.claims import Claim
from bot.cases.journal import Did, Entry
from bot.cases.skipping import skip, skips
from bot.cases.striking import QUIET, first_struck, struck_now
from bot.cases.values import Case, Closed, Found, Kind, Looker, Retrying, Ruled, Struck, case_id
from bot.failures.rules import Says
from bot.failures.verdict import Verdict

REMEMBERED = 5
"""Numbers of runs that a case names."""

JOURNAL = 50
"""Things that people did, of which a case tells."""

SETTLING = frozenset({Says.KNOWN, Says.QUARANTINE, Says.MERGE})
"""What is said so of a cause needs nobody's look any more."""


class Change(StrEnum):
    """What happened to a case. QUIET: nothing that anybody need be told, but its message may read otherwise."""

    OPENED = "opened"
    MET = "met"
    RECOVERED = "recovered"
    REOPENED = "reopened"
    LOOKED = "looked"
    CLOSED = "closed"
    RULED = "ruled"
    UNDONE = "undone"
    MOVED = "moved"
    MOVED_BACK = "moved back"
    RETRIED = "retried"
    SKIPPED = "skipped"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Step:
    """by: whose hand it was; empty when it was a run. cause: which one was spoken of, as it was before. RETRIED: a run
    that repeated what failed has left something red of which nothing else is told. SKIPPED: so has one that skipped it.
    """

    before: Case | None
    after: Case
    change: Change
    by: str = ""
    cause: Struck | None = None


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
    lookers = (*case.lookers, Looker(person, now))
    return by_hand(case, Change.LOOKED, Entry(now, person, Did.LOOKED), lookers=lookers)


def wait(case: Case, person: str) -> Step | None:
    """Whoever wants to hear that it is over. None when nothing changes."""
    if not case.open or person in case.waiting:
        return None
    return replace(_step(case, Change.QUIET, waiting=(*case.waiting, person)), by=person)


def close(case: Case, person: str, now: datetime) -> Step | None:
    if not case.open:
        return None
    return by_hand(case, Change.CLOSED, Entry(now, person, Did.CLOSED), closed=Closed(now, by=person), retrying=None)


def reopen(case: Case, person: str, now: datetime) -> Step | None:
    """What was said of its causes holds no more here: somebody wants to look again."""
    if case.open:
        return None
    return by_hand(case, Change.REOPENED, Entry(now, person, Did.REOPENED), **_open_again(case))


def claim(case: Case, wanted: Claim, *, over: int = 0) -> Case:
    """The same as before where something else of it runs again, or is about to. over: the number of the run that it
    waits for, where that is known to have ended.
    """
    goes = case.retrying is not None and case.retrying.number != over
    if not case.open or goes or (case.claim is not None and case.claim.bars(wanted)):
        return case
    return replace(case, claim=wanted)


def retry(case: Case, retrying: Retrying, now: datetime) -> Step | None:
    """Its failed tests run again."""
    number, known = retrying.number, case.retrying
    if not case.open or (known and known.number == number) or number <= case.newest:
        return None
    return by_hand(case, Change.QUIET, Entry(now, retrying.by, Did.RETRIED, f"#{number}"), retrying=retrying)


def go_on(case: Case, retrying: Retrying) -> Step | None:
    """What runs again has come further. None when nothing changes, or it waits for another run."""
    known = case.retrying
    if known is None or known.number != retrying.number or known == retrying:
        return None
    return _step(case, Change.QUIET, retrying=retrying)


def rule(case: Case, cause: str, ruled: Ruled, now: datetime) -> Step | None:
    """A person said what one of its causes is. When that was said of all that is red in it, it is over."""
    struck = cause_of(case, cause)
    if struck is None or struck.ruled == ruled:
        return None
    entry = Entry(now, ruled.by, Did.RULED, f"{ruled.says}: {ruled.words}" if ruled.words else ruled.says)
    if ruled.says not in SETTLING:
        return by_hand(case, Change.RULED, entry, cause=replace(struck, ruled=ruled))
    causes = with_cause(case, replace(struck, ruled=ruled))
    over = case.open and all(each.settled for each in causes)
    ended = {"closed": Closed(now, by=ruled.by, rule=ruled.rule), "retrying": None} if over else {}
    return by_hand(case, Change.RULED, entry, cause=replace(struck, ruled=ruled), causes=causes, **ended)


def unrule(case: Case, rule: str, person: str, now: datetime) -> Step | None:
    """What was said by that rule holds no more. A case that was over by it is open again."""
    struck = next((each for each in case.causes if each.ruled and each.ruled.rule == rule), None)
    if struck is None or struck.ruled is None:
        return None
    what: dict[str, Any] = {"causes": with_cause(case, replace(struck, ruled=None))}
    if case.closed is not None and case.closed.rule == rule:
        what |= {"closed": None, "reopened": case.reopened + 1}
    return by_hand(case, Change.UNDONE, Entry(now, person, Did.UNDONE, struck.ruled.says), cause=struck, **what)


def cause_of(case: Case, id: str) -> Struck | None:
    """None where it has none with that id."""
    return next((each for each in case.causes if each.id == id), None)


def with_cause(case: Case, cause: Struck) -> tuple[Struck, ...]:
    """Its causes, that one as it is now."""
    return tuple(cause if each.id == cause.id else each for each in case.causes)


def by_hand(case: Case, change: Change, entry: Entry, *, cause: Struck | None = None, **what: Any) -> Step:
    """A person did it. what: fields of the case as they are now; cause: as of Step."""
    journal = (*case.journal, entry)[-JOURNAL:]
    return replace(_step(case, change, journal=journal, **what), by=entry.by, cause=cause)


def _step(case: Case, change: Change, **what: Any) -> Step:
    return Step(case, replace(case, revision=case.revision + 1, **what), change)


def _open_again(case: Case) -> dict[str, Any]:
    causes = tuple(replace(each, ruled=None) for each in _red_again(case))
    return {"closed": None, "reopened": case.reopened + 1, "causes": causes, "green_from": None}


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
    causes = tuple(struck_now(each, found, hit, over=not case.open) for each in case.causes)
    if case.open and all(each.settled for each in causes):
        return _recovered(case, found, causes)
    news = any(each.id in hit and not each.ruled for each in causes)
    change = Change.REOPENED if not case.open else Change.MET if news else Change.QUIET
    again = case.reopened + (not case.open)
    green = case.closed.at if case.closed and case.closed.run else case.green_from if case.open else None
    retrying = _still(case, found)
    return _step(
        case,
        change,
        **_another(case, found),
        causes=causes,
        closed=None,
        reopened=again,
        retrying=retrying,
        green_from=green,
    )


def _another(case: Case, found: Found) -> dict[str, Any]:
    numbers = (*case.numbers, found.run.number)[-REMEMBERED:]
    return {"last": found.run, "met": case.met + 1, "numbers": numbers}


def _not_met(case: Case, found: Found) -> Step | None:
    causes = tuple(skip(struck_now(each, found, {}), found) for each in case.causes)
    if not all(each.settled for each in causes):
        retrying = _still(case, found)
        if (causes, retrying) == (case.causes, case.retrying):
            return None
        ended = case.retrying is not None and case.retrying.number == found.run.number
        change = Change.RETRIED if ended else _of_skipped(causes, found)
        return _step(case, change, causes=causes, retrying=retrying)
    return _recovered(case, found, causes)


def _recovered(case: Case, found: Found, causes: tuple[Struck, ...]) -> Step:
    suspected = {each.deployment.service for cause in causes for each in cause.evidence.suspects}
    since = net(found.deployed, case.last.at, found.run.at, suspected)
    same = bool(found.run.versions) and found.run.versions == case.last.versions
    closed = Closed(found.run.at, run=found.run, since=since, same=same)
    return _step(case, Change.RECOVERED, causes=causes, closed=closed, retrying=None)


def _retried(case: Case, found: Found) -> Step | None:
    """A retry that came to nothing is over all the same."""
    retrying = _still(case, found)
    causes = tuple(skip(each, found) for each in case.causes) if case.open else case.causes
    if (causes, retrying) == (case.causes, case.retrying):
        return None
    return _step(case, _of_skipped(causes, found), causes=causes, retrying=retrying)


def _of_skipped(causes: Sequence[Struck], found: Found) -> Change:
    return Change.SKIPPED if skips(causes, found) else Change.QUIET


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
    known = (each.evidence.known_as for each in found.causes if each.evidence.verdict is Verdict.KNOWN_ISSUE)
    case = Case(
        case_id(run.id, kind),
        found.place,
        run.at,
        run,
        run,
        tuple(first_struck(each, found) for each in causes),
        kind,
        numbers=(run.number,),
        known=tuple(filter(None, known)),
        quarantined=found.quarantined,
        answers=found.answers,
    )
    return Step(None, case, Change.OPENED)
