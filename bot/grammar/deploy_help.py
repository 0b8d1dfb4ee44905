"""Usage lines and examples of /deploy."""

from __future__ import annotations

from bot.grammar.help import Topic

TOPICS = (
    Topic(
        "deploy",
        '<service>@<version> [<service>@<version>…] [to <environment>] [note] [override "reason"]',
        "Deploy, if it is safe now. It takes the service for as long as it needs, watches what it brought, and tells "
        "you how it went. A version is a tag, a branch or a commit.",
        ("payments@1.5.0", "payments@1.5.0 orders@2.1.0 to integration new fees", "integration/payments@feature/fees"),
    ),
    Topic(
        "check",
        "check <service>@<version> [to <environment>]",
        "Is it safe now? Nothing is deployed.",
        ("check payments@1.5.0",),
    ),
    Topic("where", "[where] [service | environment]", "What runs where, and since when.", ("", "where payments")),
    Topic(
        "diff",
        "diff <environment> [environment | main]",
        "What differs from another environment, or from the branch that is deployed from.",
        ("diff integration", "diff integration staging-2"),
    ),
    Topic("history", "history [service] [environment]", "What was deployed, newest first.", ("history payments",)),
    Topic(
        "rollback",
        "rollback <service> [to <environment>]",
        "Deploy again what ran before. It asks first.",
        ("rollback payments",),
    ),
    Topic("good", "good [environment]", "The versions that were found good together last.", ("good integration",)),
    Topic("cancel", "cancel [service | id]", "Stop what you deploy, or leave the line for it.", ("cancel",)),
    Topic("help", "help [verb]", "This page, or one part of it.", ("help check",)),
)

USAGE = (
    "<service>@<version> [to <environment>] [note] · check · where · diff · history · rollback · good · cancel · help"
)
"""The one line shown when the first word says nothing."""

VERBS = tuple(topic.verb for topic in TOPICS)
ALIASES = {"board": "where", "list": "where", "status": "where", "log": "history"}


def verb_of(word: str) -> str | None:
    """The verb that `word` is, or is another name for. Letter case does not count."""
    folded = word.casefold()
    verb = ALIASES.get(folded, folded)
    return verb if verb in VERBS else None


def usage_of(verb: str) -> str:
    return next((topic.usage for topic in TOPICS if topic.verb == verb), USAGE)
