"""Which change is to blame, if any. Pure.

That something was deployed just before is no reason: most of what is deployed just before a fault is innocent. A change
is suspected when it went out to the service that stands out, before that began, and could do what is seen.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.diagnosis.began import began as seen_first
from bot.diagnosis.complaints import lines_of, named, outside_of
from bot.diagnosis.diffs import SHORTEST, Signs, changed_text, signs, terms
from bot.diagnosis.evidence import Commit, Deployment, Evidence, Item
from bot.diagnosis.findings import Ranked
from bot.diagnosis.kinds import words
from bot.diagnosis.saying import called, clock, outside
from bot.diagnosis.traffic import surging
from bot.redaction import redact

SKEW = 90.0
"""Seconds by which clocks of a deployer and of telemetry may differ."""

SUSPECTED = 0.75
"""A score from which a change is named."""

HEAD, NEAR, WORDS, SIGN = 0.35, 0.15, 0.5, 0.5
NEW = 0.2
"""Where the same was well with the version before."""

OUTSIDE, TRAFFIC = 0.6, 0.45
HOUR, AT_ONCE = 3600.0, 1200.0

_CRASH = re.compile(
    r"nil|null|none|undefined|panic|exception|keyerror|typeerror|attributeerror|index|dereference|segfault|500|assert"
    r"|not found|missing|invalid|parse",
    re.IGNORECASE,
)
_SLOW = re.compile(
    r"slow|latency|duration|timeout|deadline|exceeded|throttl|capacity|cpu|memory|queue|pool|connections?|times|longer"
    r"|calls|rows|lock|exhaust|leak",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"pool|leak|exhaust|memory|heap|\brss\b|goroutine|socket|connections?\b|handles?\b|descriptors?|threads?\b|time_wait|oom",
    re.IGNORECASE,
)
_SAY_NOTHING = frozenset(
    {"and", "for", "from", "with", "that", "this", "not", "all", "are", "was", "has", "have", "into", "out", "per"}
    | {"its", "then", "than", "but", "you", "when", "what", "which", "will", "were", "our", "can", "second", "health"}
)
_GENERAL = frozenset({"service", "svc", "server", "api", "app", "system", "the"})


@dataclass(frozen=True, slots=True)
class Change:
    """commit: as the deployment or the commit names it. words: why, for a person."""

    commit: str
    service: str
    score: float
    words: str
    evidence: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Blame:
    """because: why no change is named; empty where one is."""

    change: Change | None
    because: str = ""


def blame(evidence: Evidence, suspect: Ranked, began: float) -> Blame:
    """began: when the service was first seen to be other than in health, unix seconds."""
    if not evidence.deployments and not evidence.commits:
        return Blame(None, "no deployments or commits are known")
    if evidence.somewhere and began >= evidence.faulty.window.start:
        began = seen_first(evidence, suspect)
    before = [each for each in evidence.deployments if each.time <= began + SKEW]
    mine = sorted((each for each in before if _may_concern(each, suspect, evidence)), key=lambda each: each.time)
    if evidence.deployments and not mine:
        return Blame(None, _came_later(evidence, suspect.service))
    candidates = [each for each in evidence.commits if each.time <= began + SKEW]
    found = _scored(evidence, suspect, mine, candidates, began)
    best = max(found, key=lambda each: (each.score, each.commit), default=None)
    if best is None or best.score < SUSPECTED:
        return Blame(None, _why(evidence, suspect, best))
    return Blame(best)


def version(of: Deployment) -> str:
    """`payments 1.5.0`."""
    return f"{called(of.service)} {outside(of.version or of.commit[:12], 40)}".strip()


def _may_concern(one: Deployment, suspect: Ranked, evidence: Evidence) -> bool:
    """What went out to it, or under a name of which nothing else is known: settings of several, or what they run on."""
    return one.service == suspect.service or one.service not in _heard_of(evidence)


def _heard_of(evidence: Evidence) -> frozenset[str]:
    windows = (evidence.faulty, *evidence.references)
    return frozenset(item.service for of in windows for item in (*of.spans, *of.lines, *of.series))


def _came_later(evidence: Evidence, service: str) -> str:
    """Nothing came to it before; what came since is told, for whoever reads knows of it."""
    later = [each for each in evidence.deployments if each.service == service and clock(each.time)]
    if not later:
        return f"nothing was deployed to {service} before it began"
    first = min(later, key=lambda each: (each.time, each.version))
    asked = ", inside the time you asked about" if evidence.somewhere else ""
    return f"{version(first)} came at {clock(first.time)}{asked}, after it was first seen"


def _why(evidence: Evidence, suspect: Ranked, best: Change | None) -> str:
    if given := outside_of(evidence, suspect):
        return f"not caused by a change: {given}"
    if bool(surging(evidence)):
        return "not caused by a change: more is asked of it than in health"
    nearest = f"; the nearest is {best.commit[:12]} ({best.words})" if best else ""
    return f"no change before it began could do what is seen{nearest}"


def _scored(
    evidence: Evidence, suspect: Ranked, mine: Sequence[Deployment], commits: Sequence[Commit], began: float
) -> list[Change]:
    seen = _seen(evidence, suspect)
    rarity = _rarity(commits)
    missed = named(evidence, suspect.service)
    new = NEW * (suspect.service in evidence.changed)
    against = OUTSIDE * bool(outside_of(evidence, suspect)) + TRAFFIC * bool(surging(evidence))
    found: list[Change] = []
    for commit in commits:
        out = _went_out(commit, mine, evidence.deployments, suspect)
        does = signs(commit)
        if out is None or does.harmless:
            continue
        head, at, item = out
        shared = _shared(commit, seen, rarity)
        why, could = _could(does, suspect, missed, math.exp(-max(0.0, began - at) / AT_ONCE))
        score = (
            HEAD * head
            + NEAR * math.exp(-max(0.0, began - at) / HOUR)
            + WORDS * shared[0]
            + SIGN * could
            + new
            - against
        )
        reasons = [*([f"it {why}"] if why else []), *([f"it is about {', '.join(shared[1])}"] if shared[1] else [])]
        words_of = "; ".join(reasons) or "it went out before it began"
        if new and commit.deployment and not commit.diff:
            words_of = _since_health(commit, commits)
        found.append(Change(commit.sha, suspect.service, score, words_of, (commit.item, *item)))
    return found


def _since_health(commit: Commit, commits: Sequence[Commit]) -> str:
    """Which of several it was, their subjects do not tell."""
    count = sum(each.deployment == commit.deployment for each in commits)
    rest = {1: "", 2: ", nor was the other that came with it"}.get(
        count, f", nor were {count - 1} others that came with it"
    )
    return f"it was not there in health{rest}"


def _went_out(
    commit: Commit, mine: Sequence[Deployment], everything: Sequence[Deployment], suspect: Ranked
) -> tuple[float, float, tuple[Item, ...]] | None:
    """How surely it is in what runs there, since when, and by which deployment; None when it is not."""
    for each in reversed(mine):
        if _same(each.commit, commit.sha):
            own = each.service == suspect.service or _touches(commit, suspect.service)
            return (1.0 if own else 0.6 if signs(commit).setting else 0.3), each.time, (each.item,)
    if any(_same(each.commit, commit.sha) for each in everything):
        return None
    if commit.deployment:
        brought = next((each for each in reversed(mine) if each.item.id == commit.deployment), None)
        return (1.0, brought.time, (brought.item,)) if brought else None
    touches = _touches(commit, suspect.service)
    later = next((each for each in mine if each.service == suspect.service and each.time >= commit.time), None)
    if everything and later is None:
        return None
    return (0.8 if touches else 0.0), (later.time if later else commit.time), ((later.item,) if later else ())


def _touches(commit: Commit, service: str) -> bool:
    """By its files, or by the lines that it changes."""
    name = _name(service)
    return bool(name & frozenset().union(*(terms(file) for file in commit.files))) or (
        bool(name) and name <= terms(changed_text(commit))
    )


def _same(one: str, other: str) -> bool:
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def _name(service: str) -> frozenset[str]:
    """Its words without the general ones: of paymentservice and payment-service, payment."""
    said = {word.removesuffix("service").removesuffix("svc") for word in words(service)}
    return frozenset(word for word in said if len(word) >= SHORTEST) - _GENERAL


def _seen(evidence: Evidence, suspect: Ranked) -> frozenset[str]:
    told = " ".join((*(each.words for each in suspect.findings), evidence.alert.metric, evidence.alert.summary))
    usual = {span.operation for of in evidence.references for span in of.spans}
    new = {span.operation for span in evidence.faulty.spans if span.operation not in usual}
    lines = " ".join(line.message for line in lines_of(evidence, suspect.service))
    return terms(" ".join((told, *sorted(new), lines))) - _GENERAL


def _rarity(commits: Sequence[Commit]) -> dict[str, float]:
    """Of each term: what many commits speak of tells little."""
    often = Counter(term for commit in commits for term in terms(changed_text(commit)))
    return {term: math.log((1 + len(commits)) / count) for term, count in often.items()}


def _shared(commit: Commit, seen: frozenset[str], rarity: dict[str, float]) -> tuple[float, list[str]]:
    both = sorted(terms(changed_text(commit)) & seen, key=lambda term: (-rarity.get(term, 0.0), term))
    weight = sum(rarity.get(term, 0.0) for term in both)
    return 1 - math.exp(-weight / 12), _told(both, commit)


def _told(shared: Sequence[str], commit: Commit) -> list[str]:
    """A few of them that say something, but nothing of a secret."""
    lines = changed_text(commit).splitlines()
    return list(islice((term for term in shared if term not in _SAY_NOTHING and _is_open(term, lines)), 3))


def _is_open(term: str, lines: Sequence[str]) -> bool:
    holding = (line for line in lines if term in line.lower())
    return any(term in redact(line).lower() for line in islice(holding, 20))


def _could(does: Signs, suspect: Ranked, missing: frozenset[str], soon: float) -> tuple[str, float]:
    """soon: 1 where it began at once, and ever less: what changes just anything shows at once."""
    told = " ".join(each.words for each in suspect.findings[:6])
    crash, slow = bool(_CRASH.search(told)), bool(_SLOW.search(told))
    missed = sorted(does.gone & missing)
    options = (
        (bool(missed), f"takes away {', '.join(missed[:3])}, which the errors name", 1.2),
        (does.guard and crash, "no longer checks what it checked", 1.0),
        (does.kept and bool(_HELD.search(told)), "keeps what it takes", 1.0),
        (does.loop and slow, "calls in a loop what it did not", 1.0),
        (does.query and slow, "asks the database something else", 1.0),
        (does.bound and slow, "takes away a limit, a batch or a cache", 1.0),
        (does.limit and (slow or crash), "sets a limit to another value", 1.0),
        (does.schema and (slow or crash), "changes what its database holds", 1.0),
        (does.pattern and slow, "searches by another pattern", 1.0),
        (bool(does.major) and crash, f"takes another major version of {', '.join(sorted(does.major)[:3])}", 1.0),
        (does.setting and not does.major, "changes what is set", 0.4 + 0.5 * soon),
        (does.value, "sets a number to another", 0.5),
        (does.guard or does.bound or does.loop or does.query, "changes how it works", 0.2 + 0.4 * soon),
        (does.behaves, "changes what it does", 0.5 * soon),
        (does.unknown, "", 0.2),
    )
    return next(((why, strength) for holds, why, strength in options if holds), ("", 0.0))
