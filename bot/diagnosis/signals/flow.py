"""Where errors start, and where a service does not call what it used to. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from bot.diagnosis.signals.calls import Calls, Operation, Own
from bot.diagnosis.signals.findings import Finding, Layer, grade
from bot.diagnosis.words.saying import times

FEWEST = 4
ALWAYS = 0.8
"""Of the calls of an operation."""
ERROR_SHARE = (0.01, 0.2)
UNLIKE = 1.5
"""How much oftener something fails than in health, where it is other than in health."""

CERTAIN = (2.0, 6.0)
"""Standard errors by which two shares differ."""
CHANGED = (0.2, 0.8)
TROUBLE = re.compile(r"error|exception|fail|fallback", re.IGNORECASE)
"""Operations that are called when something went wrong; that they no longer are is no fault."""

MORE_CALLS = (2.0, 8.0)


def origins(now: Calls, health: Calls) -> dict[str, Finding]:
    """Failed spans in which no child failed: where an error starts, not where it is passed on."""
    found: dict[str, Finding] = {}
    for name, of in now.operations.items():
        known = health.operations.get(name) or Own()
        asked = _only_asks(name[0], known)
        for service, count, usual in _whose(name[0], asked, of, known):
            one = _failing(name, service, of, (count, usual, known.calls))
            if one is not None and one.strength > _held(found, service):
                found[service] = one
    return found


def _only_asks(service: str, health: Own) -> str:
    """The one other service that the operation calls nearly every time, such as a client's side of a call."""
    others = {child for child, count in health.children.items() if count >= ALWAYS * health.calls}
    return next(iter(others))[0] if len(others) == 1 and next(iter(others))[0] != service else ""


def _whose(service: str, asked: str, now: Own, health: Own) -> Iterator[tuple[str, int, int]]:
    """Services, and how often it fails because of them, now and in health: a call of which the called side has seen
    nothing did not reach it, or found nobody there. Its log says whom it means; else it is the one that it only asks.
    """
    own, before = ((of.by_itself + (0 if asked else of.unanswered)) for of in (now, health))
    yield service, own, before
    for other in sorted({*now.accused, *filter(None, [asked])}):
        count, usual = (of.accused[other] + (of.unanswered if other == asked else 0) for of in (now, health))
        yield other, count, usual


def _failing(name: Operation, service: str, of: Own, counted: tuple[int, int, int]) -> Finding | None:
    """counted: failures now and in health, and calls in health."""
    count, usual, calls = counted
    strength = grade(more(count / of.calls, usual / max(1, calls)), *ERROR_SHARE) * few(count)
    strength *= _surely((count, of.calls), (usual, calls)) if usual else 1.0
    if strength <= 0 or of.origin_example is None:
        return None
    words = f"{failing(name, service)} in {count:,} of {of.calls:,} calls{in_health(usual, calls)}"
    return Finding(service, Layer.ERRORS, strength, words, of.accusing.get(service) or (of.origin_example.item,))


def _surely(one: tuple[int, int], other: tuple[int, int]) -> float:
    """How surely two shares, each of a count, differ: what fails now and then in health does so now as well."""
    apart = abs(one[0] / one[1] - other[0] / other[1])
    return min(1.0, grade(apart / _error(one, other), *CERTAIN))


def _error(one: tuple[float, int], other: tuple[float, int]) -> float:
    """The standard error of the difference of two shares."""
    both = (one[0] + other[0]) / (one[1] + other[1])
    return math.sqrt(max(both * (1 - both), 0.01) * (1 / one[1] + 1 / other[1]))


def failing(name: Operation, service: str) -> str:
    """Because of itself, or of another that it asks."""
    of, operation = name
    return f"{operation} fails by itself" if service == of else f"{of} gets no answer from {service} ({operation})"


def more(share: float, usual: float) -> float:
    """By how much; what fails about as often in health is no more than that."""
    return share - usual if share >= UNLIKE * usual else 0.0


def in_health(count: int, calls: int) -> str:
    """`, and in health in 3 of 40`; nothing where nothing is known of it."""
    return f", and in health in {count or 'none'} of {calls:,}" if calls else ""


def few(count: int) -> float:
    """One failure may be chance."""
    return min(1.0, 0.3 * count)


def _held(found: dict[str, Finding], service: str) -> float:
    return found[service].strength if service in found else 0.0


def calls(now: Calls, health: Calls) -> dict[str, Finding]:
    """Operations in which others are called more often than they were, or no longer."""
    found: dict[str, Finding] = {}
    for name, of in now.operations.items():
        known = health.operations.get(name)
        if known is None or min(known.calls, of.calls) < FEWEST:
            continue
        for child, strength, usual, share in _shifts(of, known):
            if strength > _held(found, name[0]):
                words = _more_or_less(name[1], child[1], usual, share)
                found[name[0]] = Finding(
                    name[0], Layer.CALLS, strength, words, (of.example.item,) if of.example else ()
                )
    return found


def _more_or_less(caller: str, called: str, usual: float, share: float) -> str:
    """No words that a commit may share: they would speak for it (bot.diagnosis.blame.changes)."""
    if share <= 0:
        return f"{caller} no longer calls {called}, in health {times(usual)} each"
    return f"each {caller} calls {called} {times(share)}, in health {times(usual) if usual > 0 else 'never'}"


def _shifts(now: Own, health: Own) -> Iterator[tuple[Operation, float, float, float]]:
    for child in sorted(now.children.keys() | health.children.keys()):
        usual, share = health.children.get(child, 0) / health.calls, now.children.get(child, 0) / now.calls
        strength = max(_presence(now, health, usual, share), _repeated(now, health, usual, share))
        if strength > 0 and not (share < usual and TROUBLE.search(child[1])):
            yield child, strength, usual, share


def _presence(now: Own, health: Own, usual: float, share: float) -> float:
    """Counts above one call are compared as they are: whoever calls five times on average has five as its measure."""
    top = max(usual, share)
    usual, share = usual / max(1.0, top), share / max(1.0, top)
    error = _error((usual * health.calls, health.calls), (share * now.calls, now.calls))
    return grade(abs(share - usual) / error, *CERTAIN) ** 0.5 * grade(abs(share - usual), *CHANGED)


def _repeated(now: Own, health: Own, usual: float, share: float) -> float:
    """A loop that calls again and again."""
    if not usual or share < 1:
        return 0.0
    error = math.sqrt(share / now.calls + usual / health.calls)
    return grade((share - usual) / error, *CERTAIN) ** 0.5 * grade(share / usual, *MORE_CALLS)
