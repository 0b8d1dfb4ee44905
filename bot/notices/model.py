"""What people must be told, as typed values. Rooms fill in plain facts; `handlers.views.render` finds the words.

A notice never holds a room's own types, so that it can be stored, and rendered years later by a newer version.
All times are aware UTC. Text fields hold what people typed, unescaped: the renderer escapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class LeaseFacts:
    """A lease as a reader sees it.

    minutes: the length asked for; once ended, how long it was held. claim_minutes: how long an offer waits.
    remind_minutes: how long before the end a reminder comes.
    place counts from 1; eta_from and eta_to are a range; both are set while waiting.
    resources: what it is about instead of services. wish: `any:<label> x2`, until something is chosen.
    begins: of a booking. again: while it waits and is not asked before then. ready: it has accepted in advance.
    paused: its time stands still. kept_until: its end has passed, and a run keeps it until then at the latest.
    held: to be left as it is. pipeline: nobody's; it lives by heartbeats. rank: 1 incident, 2 hotfix, 0 first of all.
    """

    lease_id: str
    version: int
    person: str
    environment: str
    services: tuple[str, ...]
    mode: Literal["exclusive", "shared"]
    status: str
    reason: str
    asked: datetime
    minutes: int
    claim_minutes: int = 5
    remind_minutes: int = 10
    started: datetime | None = None
    ends: datetime | None = None
    claim_by: datetime | None = None
    place: int | None = None
    eta_from: datetime | None = None
    eta_to: datetime | None = None
    token: str | None = None
    resources: tuple[str, ...] = ()
    wish: str = ""
    team: str | None = None
    purpose: str = ""
    begins: datetime | None = None
    again: datetime | None = None
    ready: bool = False
    paused: bool = False
    kept_until: datetime | None = None
    held: bool = False
    pipeline: bool = False
    rank: int = 3


@dataclass(frozen=True, slots=True)
class ConditionFacts:
    """A place that is down or degraded, and what is known about it. eta: when it may be well again."""

    scope: str
    kind: Literal["down", "degraded"]
    reason: str
    by: str
    since: datetime
    eta: datetime | None = None


@dataclass(frozen=True, slots=True)
class FreezeFacts:
    """A time in which nobody new gets it exclusively. planned: the catalog says so, not a person."""

    id: str
    scope: str
    start: datetime
    end: datetime
    reason: str
    by: str
    planned: bool = False


@dataclass(frozen=True, slots=True)
class LeaseCard:
    """The lease's one message in the announce channel, edited in place."""

    lease: LeaseFacts
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class OfferMade:
    """To the next person: it is yours if you want it."""

    lease: LeaseFacts
    previous: str | None = None


@dataclass(frozen=True, slots=True)
class OfferPressed:
    """To the person whose offer stayed open: somebody else waits now. It takes the place of the offer's message."""

    lease: LeaseFacts


@dataclass(frozen=True, slots=True)
class OfferSettled:
    """The offer's own message, once answered, lapsed or replaced (`pressed`): what came of it, without buttons that no
    longer work. To whoever pressed one of them this is the answer.
    """

    lease: LeaseFacts
    how: Literal["accepted", "passed", "lapsed", "dropped", "left", "pressed"]


@dataclass(frozen=True, slots=True)
class OfferLapsed:
    """To the person who did not answer: back to the tail, or (`dropped`) out of the queue."""

    lease: LeaseFacts
    dropped: bool


@dataclass(frozen=True, slots=True)
class DoneForYou:
    """To the lease's person: a mate (`by`) acted on it. What a mate ends is told by LeaseEnded."""

    lease: LeaseFacts
    how: Literal["accepted", "extended"]
    by: str


@dataclass(frozen=True, slots=True)
class LeaseEnding:
    """To the holder: the end is near. `alone` when nobody waits."""

    lease: LeaseFacts
    alone: bool


@dataclass(frozen=True, slots=True)
class LeaseEnded:
    """To the holder, when it ended by itself or by somebody else's hand (`by`)."""

    lease: LeaseFacts
    how: Literal["expired", "released"]
    by: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogRefused:
    """To the owners: the new catalog has errors and the old one stays."""

    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """A notice that was held back, and when it was due."""

    at: datetime
    notice: Notice


@dataclass(frozen=True, slots=True)
class WhileQuiet:
    """To one person: what happened in their quiet hours and is still worth telling, oldest first."""

    kept: tuple[Kept, ...]


Notice = (
    LeaseCard
    | OfferMade
    | OfferPressed
    | OfferSettled
    | OfferLapsed
    | DoneForYou
    | LeaseEnding
    | LeaseEnded
    | CatalogRefused
    | WhileQuiet
)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A notice on its way.

    id: unique and repeatable (`<workspace>:<seq>:<recipient or card>`): writing it twice is once.
    to: a `#channel`, a channel id, or a person's id.
    card: when set, all envelopes with this card are one message, edited in place; the latest wins.
    final: a card's last state: delivered before others when updates are scarce.
    confirm: opaque to notices; handed back by `on_delivered` (an offer's window starts then).
    not_before: held back until then, and told together with whatever else is held back for the same person.
    """

    id: str
    to: str
    notice: Notice
    card: str | None = None
    final: bool = False
    confirm: str | None = None
    not_before: datetime | None = None
