"""What people must be told, as typed values. Rooms fill in plain facts; `handlers.views.render` finds the words.

A notice never holds a room's own types, so that it can be stored, and rendered years later by a newer version.
All times are aware UTC. Text fields hold what people typed, unescaped: the renderer escapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.notices.casework import CaseCard, CaseCauses, CaseEvidence, CaseLine
from bot.notices.deploying import (
    BypassQuestion,
    BypassTold,
    CancelledTooLate,
    DeploymentCard,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentReplaced,
    DeploymentTurn,
    DeploymentUnsure,
    ServicesDown,
    ServicesUp,
    StartedOutside,
)
from bot.notices.diagnosing import DiagnosisNotice
from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts, OfferOutcome
from bot.notices.questions import QuestionOver
from bot.notices.running import SuiteCard, SuiteEnded


@dataclass(frozen=True, slots=True)
class LeaseCard:
    """The lease's one message in the announce channel, edited in place. by: who ended it, where it was another."""

    lease: LeaseFacts
    waiting: int = 0
    by: str | None = None
    reason: str = ""


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
    longer work. To whoever pressed one of them this is the answer; who did not answer finds here where they stand.
    """

    lease: LeaseFacts
    how: OfferOutcome


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
    """To the holder, when it ended by itself or by somebody else's hand (`by`). reminded: of this or an earlier end."""

    lease: LeaseFacts
    how: Literal["expired", "released", "given"]
    by: str | None = None
    reminded: bool = False


@dataclass(frozen=True, slots=True)
class TurnCame:
    """To a waiter who had accepted in advance, or waited for more of what they hold: it is theirs now."""

    lease: LeaseFacts


@dataclass(frozen=True, slots=True)
class TurnSoon:
    """To the next in line: what stands before them ends at `expected`, if nobody extends."""

    lease: LeaseFacts
    expected: datetime


@dataclass(frozen=True, slots=True)
class TakenFromYou:
    """To whoever held it, or was being asked: `by` needed it more. back: their place at the head of the queue."""

    lease: LeaseFacts
    by: str
    reason: str
    back: LeaseFacts | None


@dataclass(frozen=True, slots=True)
class GivenToYou:
    """To whoever holds it now: `by` has handed it over."""

    lease: LeaseFacts
    by: str


@dataclass(frozen=True, slots=True)
class WantedByOther:
    """To the holder: `by` would like to have it, and asks."""

    lease: LeaseFacts
    by: str


@dataclass(frozen=True, slots=True)
class KeptForRun:
    """To the holder: its end has come, and a run that is under way keeps it."""

    lease: LeaseFacts


@dataclass(frozen=True, slots=True)
class BookingMissed:
    """To whoever had booked: nobody came, and the time is over."""

    lease: LeaseFacts


@dataclass(frozen=True, slots=True)
class InACircle:
    """To each of several people who wait for one another, and so never get on: what each of them holds."""

    leases: tuple[LeaseFacts, ...]


@dataclass(frozen=True, slots=True)
class ClockStopped:
    """To the holder: something is the matter there, and the time of the lease stands still."""

    lease: LeaseFacts
    condition: ConditionFacts


@dataclass(frozen=True, slots=True)
class ClockRuns:
    """To the holder: it is well again, and the end has moved by as long as it was not."""

    lease: LeaseFacts


@dataclass(frozen=True, slots=True)
class ConditionCard:
    """In the announce channel, edited in place: what is the matter, how many it stops, and at last that it is over."""

    condition: ConditionFacts
    holders: int
    waiting: int
    over_by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class FreezeCard:
    """In the announce channel, edited in place: a freeze to come, in force, or over (`thawed_by` before its time)."""

    freeze: FreezeFacts
    stage: Literal["announced", "on", "over"]
    thawed_by: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceFree:
    """To whoever watches it: it is free, for as long as nobody is faster."""

    scope: str
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
    """To one person: what happened in their quiet hours, or late on a full day, and still holds, oldest first."""

    kept: tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class AlsoToday:
    """To one person, edited in place: what asks nothing of them, oldest first, and how many came before that."""

    kept: tuple[Kept, ...]
    earlier: int = 0


Notice = (
    LeaseCard
    | OfferMade
    | OfferPressed
    | OfferSettled
    | DoneForYou
    | LeaseEnding
    | LeaseEnded
    | TurnCame
    | TurnSoon
    | TakenFromYou
    | GivenToYou
    | WantedByOther
    | KeptForRun
    | BookingMissed
    | InACircle
    | ClockStopped
    | ClockRuns
    | ConditionCard
    | FreezeCard
    | PlaceFree
    | CatalogRefused
    | DeploymentCard
    | DeploymentReceipt
    | DeploymentRed
    | DeploymentTurn
    | DeploymentReplaced
    | CancelledTooLate
    | DeploymentUnsure
    | BypassQuestion
    | BypassTold
    | QuestionOver
    | StartedOutside
    | ServicesDown
    | ServicesUp
    | SuiteCard
    | SuiteEnded
    | CaseCard
    | CaseEvidence
    | CaseCauses
    | CaseLine
    | DiagnosisNotice
    | WhileQuiet
    | AlsoToday
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
    thread: the card in whose thread it is told. broadcast: it stands in the channel as well.
    """

    id: str
    to: str
    notice: Notice
    card: str | None = None
    final: bool = False
    confirm: str | None = None
    not_before: datetime | None = None
    thread: str | None = None
    broadcast: bool = False
