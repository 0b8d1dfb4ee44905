"""Is it safe now? One verdict, and the reasons under it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from bot.deployments.values import Deployment, Running, Target
from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts


class Verdict(IntEnum):
    """The gravest reason decides. CAUTION: it goes, and somebody should know. WAIT: it goes later. STOP: not so."""

    GO = 0
    CAUTION = 1
    WAIT = 2
    STOP = 3


class Why(StrEnum):
    """HELD: by others. LINE: others wait for it already. DEPLOYING: another one is under way there.

    FROZEN, DOWN, DEGRADED: the place is. SICK: it does not answer at its health address. NOT_OWNER: only owners may.
    NO_VERSION: there is no such version. NO_PIPELINE: nobody said how it is deployed. SAME: that version runs already.
    AWAY: whoever runs its pipeline does not answer now. SUSPECTED: an open case points to the service. CASES: others
    are open there.
    """

    HELD = "held"
    LINE = "line"
    DEPLOYING = "deploying"
    FROZEN = "frozen"
    DOWN = "down"
    DEGRADED = "degraded"
    SICK = "sick"
    NOT_OWNER = "not owner"
    NO_VERSION = "no version"
    NO_PIPELINE = "no pipeline"
    SAME = "same"
    AWAY = "away"
    SUSPECTED = "suspected"
    CASES = "cases"


GRAVITY = {
    Why.HELD: Verdict.WAIT,
    Why.LINE: Verdict.WAIT,
    Why.DEPLOYING: Verdict.WAIT,
    Why.FROZEN: Verdict.STOP,
    Why.NOT_OWNER: Verdict.STOP,
    Why.NO_VERSION: Verdict.STOP,
    Why.NO_PIPELINE: Verdict.STOP,
    Why.DOWN: Verdict.CAUTION,
    Why.DEGRADED: Verdict.CAUTION,
    Why.SICK: Verdict.CAUTION,
    Why.SAME: Verdict.CAUTION,
    Why.AWAY: Verdict.CAUTION,
    Why.SUSPECTED: Verdict.CAUTION,
    Why.CASES: Verdict.GO,
}

OVERRIDABLE = frozenset({Why.FROZEN, Why.NOT_OWNER})
"""What a person with the role `override` may set aside, with a reason. What others hold is taken, not overridden."""

LASTING = frozenset({Why.NOT_OWNER, Why.NO_VERSION, Why.NO_PIPELINE})
"""What no time mends."""


@dataclass(frozen=True, slots=True)
class Reason:
    """who: Slack ids or names of people and teams. until: when it may be over. words: text from outside, unescaped.

    near: versions that are written nearly so. count: of cases.
    """

    why: Why
    who: tuple[str, ...] = ()
    until: datetime | None = None
    words: str = ""
    near: tuple[str, ...] = ()
    count: int = 1

    @property
    def gravity(self) -> Verdict:
        return GRAVITY[self.why]


@dataclass(frozen=True, slots=True)
class Preflight:
    """What speaks against deploying `ref` now, gravest first; empty when nothing does. affected: who calls the service.

    mine: the caller's (or the team's) own lease that covers the target. mates: it is a mate's, not the caller's.
    latest: the id of what began there last.
    """

    target: Target
    ref: str
    reasons: tuple[Reason, ...] = ()
    mine: LeaseFacts | None = None
    running: Running | None = None
    affected: tuple[str, ...] = ()
    mates: bool = False
    latest: str = ""

    @property
    def verdict(self) -> Verdict:
        return max((reason.gravity for reason in self.reasons), default=Verdict.GO)

    @property
    def lasting(self) -> bool:
        """Whether it is no use to ask again later."""
        return any(reason.why in LASTING for reason in self.reasons)

    @property
    def closed(self) -> tuple[Reason, ...]:
        """What keeps the gate closed now."""
        return tuple(reason for reason in self.reasons if reason.gravity >= Verdict.WAIT)


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What tests of an environment have found broken. says: what one of them said, text from outside. services: where
    it comes from, as far as the evidence goes. lookers: who looks into it. blamed: services with the version that is
    surely why everything in it that points to them fails.
    """

    id: str
    says: str
    services: frozenset[str] = frozenset()
    lookers: tuple[str, ...] = ()
    blamed: frozenset[tuple[str, str]] = frozenset()

    def is_cured_by(self, service: str, ref: str, running: Running | None) -> bool:
        """Whether it blames what runs there for all of it, and not what would come instead."""
        blamed = {version for name, version in self.blamed if name == service}
        return running is not None and running.version in blamed and bool(ref) and ref not in blamed


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the ledger knows of a target, seen by one caller: their own lease there, those of others in its way, and
    who waits before them.
    """

    mine: LeaseFacts | None = None
    holders: tuple[LeaseFacts, ...] = ()
    ahead: tuple[LeaseFacts, ...] = ()
    frozen: FreezeFacts | None = None
    unwell: ConditionFacts | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a verdict follows from. owners: Slack ids of those who may; None when everybody may.

    exists: whether there is such a version; None when nobody can say, for the reason `away`. near: versions that are
    written nearly so. pipeline: whether somebody said how to deploy it.
    """

    outlook: Outlook
    caller: str
    owners: frozenset[str] | None = None
    exists: bool | None = None
    away: str = ""
    pipeline: bool = True
    under_way: Deployment | None = None
    running: Running | None = None
    affected: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    latest: str = ""
    cases: tuple[OpenCase, ...] = ()


def preflight(target: Target, ref: str, known: Known) -> Preflight:
    reasons = sorted(
        (*_reasons(ref, known), *_of_cases(target.service, ref, known)), key=lambda reason: -reason.gravity
    )
    mine, running = known.outlook.mine, known.running
    mates = mine is not None and mine.person != known.caller
    return Preflight(target, ref, tuple(reasons), mine, running, known.affected, mates=mates, latest=known.latest)


def _reasons(ref: str, known: Known) -> list[Reason]:
    return [*_of_asking(ref, known), *_of_others(known), *_of_place(known)]


def _of_asking(ref: str, known: Known) -> list[Reason]:
    found: list[Reason] = []
    if known.owners is not None and known.caller not in known.owners:
        found.append(Reason(Why.NOT_OWNER, tuple(sorted(known.owners))))
    if not known.pipeline:
        found.append(Reason(Why.NO_PIPELINE))
    if known.exists is False:
        found.append(Reason(Why.NO_VERSION, near=known.near))
    if known.away:
        found.append(Reason(Why.AWAY, words=known.away))
    if known.running and ref and known.running.version == ref:
        found.append(Reason(Why.SAME))
    return found


def _of_others(known: Known) -> list[Reason]:
    outlook, under_way = known.outlook, known.under_way
    found: list[Reason] = []
    if under_way is not None:
        found.append(Reason(Why.DEPLOYING, (under_way.by,), words=under_way.label))
    if outlook.mine is None:
        found += [Reason(Why.HELD, (each.person,), each.ends, each.reason) for each in outlook.holders]
    if outlook.mine is None and not outlook.holders and outlook.ahead:
        found.append(Reason(Why.LINE, tuple(each.person for each in outlook.ahead)))
    return found


def _of_place(known: Known) -> list[Reason]:
    frozen, unwell, running = known.outlook.frozen, known.outlook.unwell, known.running
    found: list[Reason] = []
    if frozen is not None:
        found.append(Reason(Why.FROZEN, (frozen.by,), frozen.end, frozen.reason))
    if unwell is not None:
        why = Why.DOWN if unwell.kind == "down" else Why.DEGRADED
        found.append(Reason(why, (unwell.by,), unwell.eta, unwell.reason))
    if running is not None and running.health == "down":
        found.append(Reason(Why.SICK, words=running.detail))
    return found


def _of_cases(service: str, ref: str, known: Known) -> list[Reason]:
    """Those that point to the service one by one, the others in one. What the wish would cure speaks for it."""
    mine = [each for each in known.cases if service in each.services]
    others = [each for each in known.cases if service not in each.services]
    lookers: dict[str, dict[str, None]] = {}
    for each in mine:
        if not each.is_cured_by(service, ref, known.running):
            lookers.setdefault(each.says, {}).update(dict.fromkeys(each.lookers))
    found = [Reason(Why.SUSPECTED, tuple(people), words=says) for says, people in lookers.items()]
    if others:
        found.append(Reason(Why.CASES, words=others[0].says, count=len(others)))
    return found


def sentence(seen: Preflight) -> str:
    """Why not, for whoever has no room for more."""
    closed = map(_short, seen.closed)
    now = "" if seen.lasting else " now"
    return f"{seen.target} cannot be deployed{now}: {', '.join(closed) or 'somebody else was faster'}."


def _short(reason: Reason) -> str:
    who = ", ".join(f"<@{name}>" for name in reason.who[:3])
    return {
        Why.HELD: f"{who} holds it",
        Why.LINE: f"{who} waits for it",
        Why.DEPLOYING: f"{who} deploys there",
        Why.FROZEN: "it is frozen",
        Why.NOT_OWNER: f"only its owners may ({who})",
        Why.NO_VERSION: "there is no such version",
        Why.NO_PIPELINE: "the catalog does not say how it is deployed",
    }.get(reason.why, reason.why.value)
