"""Usage lines and examples: what people are shown when a line cannot be read, and by `help`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A verb, or another thing to know: how to type it (without the slash command), what it does, and lines to try."""

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
    Topic("give", "give [target] <@person>", "Hand what you hold to somebody.", ("give integration @ana",)),
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
    Topic("help", "help [verb | any | parts | priorities]", "This page, or one part of it.", ("help reserve",)),
)

MORE = (
    Topic(
        "any",
        "[reserve] any:<label> [x2] <2h | until 16:30> [reason]",
        "Take whichever is free of what bears the label: an environment, or so many accounts of one.",
        ("any:gold-customer x2 1h",),
    ),
    Topic(
        "parts",
        "[reserve] <environment>/<part,part> <2h | until 16:30> [reason]",
        "Take some services or accounts of an environment, and leave the rest to others.",
        ("integration/payments,orders 2h",),
    ),
    Topic(
        "priorities",
        "[reserve] <target> <hotfix | incident> <2h | until 16:30> [reason]",
        "Stand before the others who wait, if your role allows it. Nobody loses what they hold.",
        ("integration hotfix 30m",),
    ),
)
"""What is no verb, and is asked about all the same."""

_ALSO = {"hotfix": "priorities", "incident": "priorities", "priority": "priorities", "services": "parts"}

USAGE = "[reserve] <target> [shared] <2h | until 16:30> [reason] · extend · release · queue · leave · log · help"
"""The one line shown when the first word says nothing."""


def topic_of(word: str) -> str | None:
    """The topic of MORE that `word` names. Letter case does not count."""
    folded = word.casefold().rstrip(":")
    name = _ALSO.get(folded, folded)
    return name if any(topic.verb == name for topic in MORE) else None


def usage_of(verb: str) -> str:
    return next((topic.usage for topic in TOPICS if topic.verb == verb), USAGE)
