"""Usage lines and examples: what people are shown when a line cannot be read, and by `help`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One verb: how it is typed (without the slash command), what it does, and lines to try."""

    verb: str
    usage: str
    what: str
    examples: tuple[str, ...]


TOPICS = (
    Topic("board", "[board] [target]", "Who holds what. Looking never changes anything.", ("", "integration")),
    Topic(
        "reserve",
        "[reserve] <target> [shared] <2h | until 16:30> [reason]",
        "Take an environment, or some of its services, or queue for it. Shared: others may test beside you.",
        (
            "integration 2h checkout fix",
            "integration/payments,orders until 5pm",
            "reserve staging-2 shared 90m regression",
        ),
    ),
    Topic(
        "extend",
        "extend [target] [30m | until 16:30]",
        "Keep it for longer.",
        ("extend 1h", "extend integration till 6"),
    ),
    Topic(
        "release",
        "release [target | all]",
        "Hand it back: the next in line is asked at once.",
        ("release", "release all"),
    ),
    Topic("queue", "queue [target]", "Who waits, and how long it may take.", ("queue integration",)),
    Topic("leave", "leave [target]", "Give up your place in the queue.", ("leave", "leave staging-2")),
    Topic("log", "log [target]", "What happened: who, what, when, why.", ("log", "log integration")),
    Topic("help", "help [verb]", "This page, or one verb of it.", ("help reserve",)),
)

USAGE = "[reserve] <target> [shared] <2h | until 16:30> [reason] · extend · release · queue · leave · log · help"
"""The one line shown when the first word says nothing."""


def usage_of(verb: str) -> str:
    return next((topic.usage for topic in TOPICS if topic.verb == verb), USAGE)
