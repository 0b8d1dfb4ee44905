"""What a notice to a person is about, and whether it may wait or be left out. Pure."""

from __future__ import annotations

from enum import StrEnum

from bot.notices.model import (
    CatalogRefused,
    DoneForYou,
    LeaseCard,
    LeaseEnded,
    LeaseEnding,
    Notice,
    OfferLapsed,
    OfferMade,
    OfferPressed,
    OfferSettled,
    WhileQuiet,
)


class Topic(StrEnum):
    """TURN and OWNER reach everybody they concern; the others can be turned off."""

    TURN = "turn"
    OWNER = "owner"
    REMINDER = "reminder"
    ENDED = "ended"
    MATES = "mates"

    @property
    def always(self) -> bool:
        return self in (Topic.TURN, Topic.OWNER)


OPTIONAL = tuple(topic for topic in Topic if not topic.always)


def topic_of(notice: Notice) -> Topic | None:
    """None for what stands in a channel, and for what was sorted by topic already."""
    match notice:
        case OfferMade() | OfferPressed() | OfferSettled() | OfferLapsed():
            return Topic.TURN
        case LeaseEnding():
            return Topic.REMINDER
        case LeaseEnded(how=how):
            return Topic.ENDED if how == "expired" else Topic.MATES
        case DoneForYou():
            return Topic.MATES
        case CatalogRefused():
            return Topic.OWNER
        case LeaseCard() | WhileQuiet():
            return None


def can_wait(notice: Notice) -> bool:
    """Not what asks for an answer before a time, nor the edit that says what came of it."""
    return not isinstance(notice, OfferMade | OfferPressed | OfferSettled)
