"""Is it well after a deployment? What is compared with before, and what that comes to. Pure.

Counts are compared by their rates with a margin, since a sample environment has little traffic: one error among three
requests says nothing, five among twenty that had none before says a lot. Where a fault is too rare for that, a kind of
error line that nobody wrote before speaks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

from bot.deployments.elsewhere import somebody_elses, whence, why_undecided
from bot.deployments.rates import FEWEST_REQUESTS, Compared, Rates, fails
from bot.plurals import counted

DEAD_AFTER = 3
"""Looks in a row at which its health address did not answer well."""

SLOWER = 2.0
SLOWER_BY = timedelta(milliseconds=200)
FEWEST_TIMED = 30
"""Requests: of fewer, the slowest twentieth is one, and the first ones of a process are slow."""

OF_IT = 0.5
"""A caller is slower because of it when it grew slower itself by at least this share of what the caller did. A machine
is busy when what has nothing to do with it grew by at least this share of the factor.
"""

BUSY_BY = timedelta(milliseconds=50)
"""Of less nobody says that a machine is busy: what takes 5 ms takes 10 now and then."""

NEW_LINES = 3
"""Requests that led to an error line of a new kind: of fewer people are told without a verdict."""


@dataclass(frozen=True, slots=True)
class NewErrors:
    """Error lines of kinds that were not there before. requests: how many led to one. of: what they are about instead
    of what was deployed, with its version: that came meanwhile, or is known not to be well.
    """

    service: str
    requests: int
    own: bool = False
    of: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """bad_looks: at its health address, the latest ones in a row; detail: what it said.

    apart: services that have nothing to do with it; needed only where something is `slower`.
    broken: pairs of services, caller and called, between which traces break off since.
    running: the version that its health address tells, where that is another than the one that was deployed.
    back: it is a version that ran here before, and was well.
    """

    bad_looks: int = 0
    detail: str = ""
    compared: tuple[Compared, ...] = field(default=())
    apart: tuple[Compared, ...] = ()
    errors: tuple[NewErrors, ...] = ()
    broken: tuple[tuple[str, str], ...] = ()
    running: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """red: the lines that say why it is not well; beside them nothing else counts. doubts: what people should know,
    though it may do no harm. fine: what was looked at and is well. undecided: why nobody can say how it is.
    """

    red: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    fine: tuple[str, ...] = ()
    undecided: str = ""


def judge(observed: Observed) -> Judgement:
    own = next((each for each in observed.compared if each.own), None)
    found = [_of_health(observed), *(_of_rates(each, own, observed) for each in observed.compared)]
    failing = {each.service for each in observed.compared if fails(each)}
    errors = [each for each in observed.errors if not each.of]
    often = [each for each in errors if each.requests >= NEW_LINES and each.service not in failing]
    red = (*chain.from_iterable(each.red for each in found), *map(_new, often))
    if red:
        return Judgement(red=(*red, *(_new(each) for each in errors if _beside(each, often, failing))))
    doubts = (
        *_another(observed.running),
        *map(_new, observed.errors),
        *chain.from_iterable(each.doubts for each in found),
    )
    fine = tuple(chain.from_iterable(each.fine for each in found))
    undecided = next((why_undecided(each) for each in observed.compared if fails(each) and each.astray), "")
    return Judgement(doubts=(*doubts, *_broken(observed.broken)), fine=fine, undecided=undecided)


def _beside(each: NewErrors, often: Sequence[NewErrors], failing: AbstractSet[str]) -> bool:
    """Whether it is rare, but says where what a caller suffers from begins."""
    return each.own and each not in often and each.service not in failing


def _of_health(observed: Observed) -> Judgement:
    if observed.bad_looks >= DEAD_AFTER:
        return Judgement(red=(f"it does not answer at its health address: {observed.detail or 'no answer'}",))
    return Judgement(fine=() if observed.bad_looks else ("it answers at its health address",))


def _of_rates(each: Compared, own: Compared | None, observed: Observed) -> Judgement:
    """Where something else is wrong, such as another deployment or a busy machine, this one is not to be taken back."""
    if line := _errors(each):
        doubt = somebody_elses(each)
        return Judgement(doubts=(f"{line}, but {doubt}",)) if doubt else Judgement(red=(f"{line}{whence(each, own)}",))
    if line := _latency(each):
        return _whose(line, each, own, observed)
    return Judgement(fine=(_well(each),) if each.own or each.after.requests else ())


def _whose(line: str, each: Compared, own: Compared | None, observed: Observed) -> Judgement:
    """Whether the deployment is why it is slower, as `line` says. What was not slow when it ran here before is not."""
    if own and not each.own and _slower_by(own) is not None:
        if _hardly_slower(own, each):
            return Judgement(fine=(f"{line}, but {own.service} itself is hardly slower",))
        if not slower(own):
            return Judgement(doubts=(f"{line}; {own.service} itself is not that much slower",))
    if busy := next((other for other in observed.apart if _as_slow(other, each)), None):
        return Judgement(doubts=(f"{line}, but {busy.service}, which has nothing to do with it, is slower too",))
    if observed.back:
        return Judgement(doubts=(f"{line}, but this version was not slow when it ran here before",))
    return Judgement(red=(line,))


def _another(running: str) -> tuple[str, ...]:
    """A pipeline can succeed and change nothing."""
    return (f"its health address says that {running} runs",) if running else ()


def early(began: datetime, now: datetime, settle: timedelta = timedelta(seconds=20)) -> bool:
    """While it has only just started, a look that fails says little."""
    return now - began < settle


def _errors(each: Compared) -> str:
    before, after = each.before, each.after
    if not fails(each):
        return ""
    was = f"{before.share:.1%} before" if before.requests else "nothing is known of before"
    return f"{_name(each)} fails {after.share:.1%} of {counted(after.requests, 'request')}, {was}"


def _hardly_slower(own: Compared, caller: Compared) -> bool:
    """Whether what was deployed is known not to be why a caller is slower."""
    ours, theirs = _slower_by(own), _slower_by(caller)
    return not caller.own and ours is not None and theirs is not None and ours < theirs * OF_IT


def _as_slow(other: Compared, accused: Compared) -> bool:
    """Whether what has nothing to do with it became slower in much the same way: then the machine is why."""
    theirs, by = _times_slower(other), _slower_by(other)
    enough = by is not None and by >= BUSY_BY and other.after.requests >= FEWEST_REQUESTS
    return enough and theirs - 1 >= (_times_slower(accused) - 1) * OF_IT


def _times_slower(each: Compared) -> float:
    """1.0 is as before."""
    before, after = each.before.slow, each.after.slow
    return after / before if before and after else 1.0


def _slower_by(each: Compared) -> timedelta | None:
    """None when nobody knows."""
    if each.before.slow is None or each.after.slow is None:
        return None
    return each.after.slow - each.before.slow


def slower(each: Compared) -> bool:
    """Clearly, and seen often enough."""
    before, after = each.before.slow, each.after.slow
    if before is None or after is None or each.after.requests < FEWEST_TIMED:
        return False
    return after >= before * SLOWER and after - before >= SLOWER_BY


def told_slow(found: Judgement, compared: Sequence[Compared]) -> list[Compared]:
    """Those of which it is said that they are slower, be it against the deployment or not."""
    said = (*found.red, *found.doubts)
    return [each for each in compared if (line := _latency(each)) and any(one.startswith(line) for one in said)]


def _latency(each: Compared) -> str:
    before, after = each.before.slow, each.after.slow
    if before is None or after is None or not slower(each):
        return ""
    return f"{_name(each)} takes {_ms(after)} (p95) for what took {_ms(before)} before"


def _new(found: NewErrors) -> str:
    if found.of:
        return f"{_name(found)} logs errors in {_counted(found.requests)}, but they speak of {found.of}"
    return f"{_name(found)} logs errors of a kind that is new, in {_counted(found.requests)}"


def _broken(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """A line for each caller: it may be either end that drops it, so none is accused."""
    called: dict[str, list[str]] = {}
    for caller, service in pairs:
        called.setdefault(caller, []).append(service)
    why = "requests go on there as traces of their own (`traceparent` gets lost)"
    return [f"traces break off between {caller} and {' and '.join(names)}: {why}" for caller, names in called.items()]


def _well(each: Compared) -> str:
    """With what it could not be held against: a receipt must not claim more than was seen."""
    before, after = each.before, each.after
    if not after.requests:
        return f"{_name(each)} was not called in this time"
    served = f"{_name(each)} served {_counted(after.requests)}, {after.share:.1%} of them failed{_took(before, after)}"
    if not before.requests:
        return f"{served}; nothing is known of before"
    if before.requests < FEWEST_REQUESTS:
        return f"{served}; before it, only {_counted(before.requests)} to compare with"
    return served


def _took(before: Rates, after: Rates) -> str:
    if after.slow is None or after.requests < FEWEST_REQUESTS:
        return ""
    was = f", {_ms(before.slow)} before" if before.slow is not None and before.requests >= FEWEST_REQUESTS else ""
    return f"; 95% within {_ms(after.slow)}{was}"


def _counted(requests: int) -> str:
    return "one request" if requests == 1 else counted(requests, "request")


def _name(each: Compared | NewErrors) -> str:
    return each.service if each.own else f"{each.service}, which calls it,"


def _ms(length: timedelta) -> str:
    return f"{length / timedelta(milliseconds=1):,.0f} ms"
