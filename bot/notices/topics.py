"""What a notice to a person is about, and whether it may wait or be left out. Pure."""

from __future__ import annotations

from enum import StrEnum

from bot.notices.casework import CaseCard, CaseCauses, CaseEvidence, CaseLine
from bot.notices.diagnosing import DiagnosisCard, DiagnosisLine
from bot.notices.model import (
    AlsoToday,
    CancelledTooLate,
    CatalogRefused,
    ClockStopped,
    ConditionCard,
    DeploymentCard,
    DeploymentReceipt,
    DeploymentRed,
    DeploymentTurn,
    DeploymentUnsure,
    DoneForYou,
    FreezeCard,
    GivenToYou,
    KeptForRun,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    Notice,
    OfferMade,
    OfferPressed,
    OfferSettled,
    PlaceFree,
    QuestionOver,
    StartedOutside,
    SuiteCard,
    SuiteEnded,
    TakenFromYou,
    TurnCame,
    TurnSoon,
    WantedByOther,
    WhileQuiet,
)
from bot.notices.running import RunFacts


class Topic(StrEnum):
    """TURN (what one has, gets, loses or watches) and OWNER reach everybody they concern; others can be turned off."""

    TURN = "turn"
    OWNER = "owner"
    REMINDER = "reminder"
    ENDED = "ended"
    MATES = "mates"
    ASKED = "asked"
    SOON = "soon"
    RECEIPT = "receipt"

    @property
    def always(self) -> bool:
        return self in (Topic.TURN, Topic.OWNER)


OPTIONAL = tuple(topic for topic in Topic if not topic.always)


def topic_of(notice: Notice) -> Topic | None:  # noqa: PLR0911 - one return a topic is the shape of this table
    """None for what stands in a channel, and for what was sorted by topic already."""
    match notice:
        case LeaseEnded(how=how):
            return Topic.ENDED if how == "expired" else Topic.MATES
        case KeptForRun():
            return Topic.ENDED
        case WantedByOther():
            return Topic.ASKED
        case TurnSoon():
            return Topic.SOON
        case LeaseEnding():
            return Topic.REMINDER
        case DoneForYou():
            return Topic.MATES
        case CatalogRefused():
            return Topic.OWNER
        case DeploymentReceipt() | StartedOutside() | SuiteEnded(run=RunFacts(verdict="passed")):
            return Topic.RECEIPT
        case (
            LeaseCard()
            | ConditionCard()
            | FreezeCard()
            | DeploymentCard()
            | SuiteCard()
            | CaseCard()
            | CaseEvidence()
            | CaseCauses()
            | CaseLine()
            | DiagnosisCard()
            | DiagnosisLine()
            | WhileQuiet()
            | AlsoToday()
            | QuestionOver()
        ):
            return None
        case _:
            return Topic.TURN


AT_ONCE = (
    OfferMade,
    OfferPressed,
    OfferSettled,
    TurnCame,
    TakenFromYou,
    GivenToYou,
    ClockStopped,
    PlaceFree,
    DeploymentTurn,
    DeploymentRed,
    DeploymentUnsure,
    CancelledTooLate,
)


def can_wait(notice: Notice) -> bool:
    """Not what asks for an answer before a time, nor the edit that answers it, nor a change of what one has."""
    return not isinstance(notice, AT_ONCE)
