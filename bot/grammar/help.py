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
    Topic("cancel", "cancel [target]", "Give up your place, or what you have booked.", ("cancel integration",)),
    Topic("watch", "watch <target>", "Be told when it is free.", ("watch integration",)),
    Topic("unwatch", "unwatch [target]", "Be told no longer.", ("unwatch integration",)),
    Topic("ask", "ask [target]", "Ask whoever holds it, politely, how long it will take.", ("ask integration",)),
    Topic("give", "give [target] <@person>", "Hand what you hold to somebody.", ("give integration <@U0ANA>",)),
    Topic(
        "take",
        "take <target> [2h] <reason>",
        "Take it from whoever has it. They are told why, and are next in line.",
        ("take integration checkout is down for customers",),
    ),
    Topic("hold", "hold [target] [2h] [reason]", "Keep what you hold as it is, to look at.", ("hold 2h heap dump",)),
    Topic(
        "book",
        "book <target> <when> <2h> [reason]",
        "Reserve it for later.",
        (
            "book integration tomorrow morning 2h",
            "book integration fri 14:00-16:00 demo",
            "book staging-2/orders 9:30 tomorrow 90m",
        ),
    ),
    Topic(
        "calendar",
        "calendar [target]",
        "What is booked, frozen and held in the coming days, and how to have it in your own calendar.",
        ("calendar integration", "calendar"),
    ),
    Topic(
        "freeze",
        "freeze <target> [when] <2h | until 16:30> <reason>",
        "Let nobody reserve it exclusively for a time.",
        ("freeze integration fri 18:00 2d release rehearsal",),
    ),
    Topic("thaw", "thaw <target>", "End a freeze.", ("thaw integration",)),
    Topic(
        "down",
        "down <target> <reason> [2h | until 16:30]",
        "Say that it does not work, and when it should again.",
        ("down integration/payments sandbox is away 2h",),
    ),
    Topic(
        "degraded",
        "degraded <target> <reason> [2h | until 16:30]",
        "Say that it works badly.",
        ("degraded integration slow disks",),
    ),
    Topic("ok", "ok <target> [reason]", "Say that it works again.", ("ok integration",)),
    Topic("undo", "undo", "Take back what you changed last.", ("undo",)),
    Topic("log", "log [target]", "What happened: who, what, when, why.", ("log", "log integration")),
    Topic("stats", "stats [target] [7d]", "How much it was used and waited for.", ("stats 30d",)),
    Topic("health", "health [target]", "What is known to be down, degraded or frozen.", ("health integration",)),
    Topic("settings", "settings", "What you are told, and when.", ("settings",)),
    Topic("help", "help [verb]", "This page, or one verb of it.", ("help reserve",)),
)

USAGE = "[reserve] <target> [shared] <2h | until 16:30> [reason] · extend · release · queue · leave · log · help"
"""The one line shown when the first word says nothing."""


def usage_of(verb: str) -> str:
    return next((topic.usage for topic in TOPICS if topic.verb == verb), USAGE)
