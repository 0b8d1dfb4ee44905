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

from msgspec.structs import replace

from bot.diagnosis.blame.complaints import lines_of, missed_by, outside_of
from bot.diagnosis.blame.diffs import SHORTEST, Signs, changed_text, signs, terms
from bot.diagnosis.evidence import Commit, Deployment, Evidence, Item
from bot.diagnosis.signals.findings import FAILS, Ranked
from bot.diagnosis.signals.kinds import words
from bot.diagnosis.signals.traffic import surging
from bot.diagnosis.words.began import began as seen_first
from bot.diagnosis.words.saying import called, clock, listed, outside
from bot.redaction import redact

SKEW = 90.0
"""Seconds by which clocks of a deployer and of telemetry may differ."""

SUSPECTED = 0.75
"""A score from which a change is named."""

HEAD, NEAR, WORDS, SIGN = 0.35, 0.15, 0.5, 0.5
NEW = 0.2
"""Where the same was well with the version before."""

UNSEEN = 0.2
"""What a diff in which nothing is recognised could do all the same."""

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
    | {"came", "come", "once", "within", "times", "after", "before", "never", "longer", "call", "calls", "took"}
)
_GENERAL = frozenset({"service", "svc", "server", "api", "app", "system", "the"})


_Out = tuple[float, float, tuple[Item, ...]]
"""See `_went_out`."""


@dataclass(frozen=True, slots=True)
class Change:
    """commit: as the deployment or the commit names it. words: why, for a person. subject, author: of the commit, in
    words of whoever wrote it. files, diff: of the commit, as far as they are kept: without secrets.
    """

    commit: str
    service: str
    score: float
    words: str
    evidence: tuple[Item, ...]
    subject: str = ""
    author: str = ""
    files: tuple[str, ...] = ()
    diff: str = ""


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
    others = _services(evidence) - {suspect.service}
    mine = sorted((each for each in before if each.service not in others), key=lambda each: each.time)
    if evidence.deployments and not mine:
        return Blame(None, _came_later(evidence, suspect.service))
    candidates = [each for each in evidence.commits if each.time <= began + SKEW]
    came = _came(evidence, suspect, mine, candidates)
    found = _scored(evidence, suspect, came, candidates, began)
    best = max(found, key=lambda each: (each.score, each.commit), default=None)
    if best is None or best.score < SUSPECTED:
        return Blame(None, _why(evidence, suspect, [commit for commit, _ in came], best))
    return Blame(best)


def version(of: Deployment) -> str:
    """`payments 1.5.0`."""
    return f"{called(of.service)} {outside(of.version or of.commit[:12], 40)}".strip()


def _services(evidence: Evidence) -> frozenset[str]:
    """What goes out under any other name may concern each of them: settings of several, or what they run on."""
    windows = (evidence.faulty, *evidence.references)
    heard_of = (item.service for of in windows for item in (*of.spans, *of.lines, *of.series))
    return frozenset(heard_of).union(evidence.services)


def _came_later(evidence: Evidence, service: str) -> str:
    """Nothing came to it before; what came since is told, for whoever reads knows of it."""
    later = [each for each in evidence.deployments if each.service == service and clock(each.time)]
    if not later:
        return f"nothing was deployed to {service} before it began"
    first = min(later, key=lambda each: (each.time, each.version))
    asked = ", inside the time you asked about" if evidence.somewhere else ""
    return f"{version(first)} came at {clock(first.came)}{asked}, after it was first seen"


def _why(evidence: Evidence, suspect: Ranked, came: Sequence[Commit], best: Change | None) -> str:
    """came: to that service, before it began."""
    if given := outside_of(evidence, suspect):
        return f"not caused by a change: {given}"
    if bool(surging(evidence)):
        return "not caused by a change: more is asked of it than in health"
    if not came:
        return "no change before it began could do what is seen"
    many = len(came) > 1
    none = f"none of {len(came)} commits" if many else "the one commit"
    explains = "explains" if many else "does not explain"
    unread = "" if any(each.diff for each in came) else ", as far as can be told without a diff"
    nearest = f"; the nearest is {best.commit[:12]} ({best.words})" if best else ""
    return f"{none} that came before it began {explains} what is seen{unread}{nearest}"


def _came(
    evidence: Evidence, suspect: Ranked, mine: Sequence[Deployment], commits: Sequence[Commit]
) -> list[tuple[Commit, _Out]]:
    """Those that are in what runs there, or may be."""
    found = ((each, _went_out(each, mine, evidence.deployments, suspect)) for each in commits)
    return [(commit, out) for commit, out in found if out is not None]


def _scored(
    evidence: Evidence, suspect: Ranked, came: Sequence[tuple[Commit, _Out]], commits: Sequence[Commit], began: float
) -> list[Change]:
    seen = _seen(evidence, suspect)
    rarity = _rarity(commits)
    missed = missed_by(evidence, suspect)
    new = NEW * (suspect.service in evidence.changed)
    against = OUTSIDE * bool(outside_of(evidence, suspect)) + TRAFFIC * bool(surging(evidence))
    found: list[Change] = []
    for commit, (head, at, item) in came:
        does = signs(commit)
        if does.harmless:
            continue
        shown, soon = _shown(commit), math.exp(-max(0.0, began - at) / AT_ONCE)
        shared = _shared(commit, seen, rarity, shown)
        why, could = _could(does, suspect, frozenset(word for word in missed if word in shown), soon, shown)
        score = (
            HEAD * head
            + NEAR * math.exp(-max(0.0, began - at) / HOUR)
            + WORDS * shared[0]
            + SIGN * (max(could, UNSEEN) if new else could)
            + new
            - against
        )
        reasons = [f"it {why}"] * bool(why) + [f"what is seen speaks of {listed(shared[1])} too"] * bool(shared[1])
        words_of = "; ".join(reasons) or "it went out before it began"
        if new and commit.deployment and not (commit.diff and reasons):
            words_of = _since_health(commit, commits)
        shown_by = (replace(commit.item, service=suspect.service), *item)
        said = commit.message.partition("\n")[0], commit.author
        found.append(Change(commit.sha, suspect.service, score, words_of, shown_by, *said))
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
) -> _Out | None:
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
    lines = " ".join(redact(line.message) for line in lines_of(evidence, suspect.service))
    return terms(" ".join((told, *sorted(new), lines))) - _GENERAL


def _rarity(commits: Sequence[Commit]) -> dict[str, float]:
    """Of each term: what many commits speak of tells little."""
    often = Counter(term for commit in commits for term in terms(changed_text(commit)))
    return {term: math.log((1 + len(commits)) / count) for term, count in often.items()}


def _shared(commit: Commit, seen: frozenset[str], rarity: dict[str, float], shown: str) -> tuple[float, list[str]]:
    both = sorted(terms(changed_text(commit)) & seen, key=lambda term: (-rarity.get(term, 0.0), term))
    weight = sum(rarity.get(term, 0.0) for term in both)
    return 1 - math.exp(-weight / 12), _told(both, shown)


def _told(shared: Sequence[str], shown: str) -> list[str]:
    """A few of them that say something, but nothing of a secret."""
    return list(islice((term for term in shared if term not in _SAY_NOTHING and term in shown), 3))


def _shown(commit: Commit) -> str:
    """What may be told of it, in lower case: without secrets, which may go over several lines."""
    return redact(changed_text(commit)).lower()


def _could(does: Signs, suspect: Ranked, missing: frozenset[str], soon: float, shown: str) -> tuple[str, float]:
    """soon: 1 where it began at once, and ever less: what changes just anything shows at once."""
    told = " ".join(each.words for each in suspect.findings[:6])
    waits = " ".join(each.words for each in suspect.findings[:6] if each.layer not in FAILS)
    crash, slow = bool(_CRASH.search(told)), bool(_SLOW.search(waits))
    missed = sorted(does.gone & missing)
    major = sorted(each for each in does.major if each.lower() in shown)
    options = (
        (bool(missed), f"takes away {', '.join(missed[:3])}, which the errors name", 1.5),
        (does.guard and crash, "no longer checks what it checked", 1.0),
        (does.kept and bool(_HELD.search(told)), "keeps what it takes", 1.0),
        (does.loop and slow, "calls in a loop what it did not", 1.0),
        (does.query and slow, "asks the database something else", 1.0),
        (does.bound and slow, "takes away a limit, a batch or a cache", 1.0),
        (does.limit and (slow or crash), "sets a limit to another value", 1.0),
        (does.schema and (slow or crash), "changes what its database holds", 1.0),
        (does.pattern and slow, "searches by another pattern", 1.0),
        (
            bool(does.major) and crash,
            f"takes another major version of {', '.join(major[:3])}",
            1.0,
        ),
        (does.setting and not does.major, "changes what is set", 0.4 + 0.5 * soon),
        (does.value, "sets a number to another", 0.5),
        (does.guard or does.bound or does.loop or does.query, "changes how it works", 0.2 + 0.4 * soon),
        (does.behaves, "changes what it does", 0.5 * soon),
        (does.unknown, "", UNSEEN),
    )
    return next(((why, strength) for holds, why, strength in options if holds), ("", 0.0))
