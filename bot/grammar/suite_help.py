"""Usage lines and examples of /suite."""

from __future__ import annotations

from bot.grammar.help import Topic

TOPICS = (
    Topic(
        "run",
        "[run] <suite>[@branch] [on <environment>] [name=value…]",
        "Run a suite. A card shows you how far it is, and what came of it. Values with spaces stand in quotes. "
        "`run` alone opens a form.",
        ("checkout-api", "checkout-api on integration currency=EUR", 'checkout-ui grep="pay @smoke"'),
    ),
    Topic(
        "retry",
        "retry [#run | suite] [failed | all]",
        "Run again what failed, or all of it: of that run, else of your last red one. Pressed twice it is one run.",
        ("retry", "retry #418", "retry #418 all"),
    ),
    Topic("status", "[status] [#run | suite]", "What runs now, or how a run went.", ("status", "status #418")),
    Topic("cancel", "cancel [#run | suite]", "Stop a run, or leave the line for it.", ("cancel", "cancel #418")),
    Topic("plan", "plan", "Every suite: when it runs by itself, and how it ran last.", ("plan",)),
    Topic(
        "cases", "cases", "What is broken now, for how long, and who looks into it; and what was lately.", ("cases",)
    ),
    Topic(
        "flaky",
        "flaky [suite]",
        "Tests that fail and pass without a change: how often, since when, and which of them are quarantined.",
        ("flaky", "flaky checkout-api"),
    ),
    Topic(
        "rules",
        "rules [undo <rule>]",
        "What people said of causes and tests: known issues, quarantines and the like, each with a button to undo it.",
        ("rules", "rules undo K2Q7WMZ3A"),
    ),
    Topic(
        "diagnose",
        "diagnose <#run | trace | link | service> [on <environment>] [15m] [1h ago]",
        "Whose service it is: asks logs, traces and rates of that time, compares them with a time in health, and tells "
        "you by direct message, with the evidence for each statement.",
        ("diagnose #418", "diagnose payments on integration 15m", "diagnose 4bf92f3577b34da6a3ce929d0e0e4736"),
    ),
    Topic("help", "help [verb]", "This page, or one part of it.", ("help retry",)),
)

USAGE = (
    "<suite> [on <environment>] [name=value…] · retry · status · cancel · plan · cases · flaky · rules · "
    "diagnose · help"
)
"""The one line shown when the first word says nothing."""

VERBS = tuple(topic.verb for topic in TOPICS)
ALIASES = {
    "rerun": "retry",
    "again": "retry",
    "stop": "cancel",
    "abort": "cancel",
    "list": "plan",
    "start": "run",
    "explain": "diagnose",
    "why": "diagnose",
}


def verb_of(word: str) -> str | None:
    """The verb that `word` is, or is another name for. Letter case does not count."""
    folded = word.casefold()
    verb = ALIASES.get(folded, folded)
    return verb if verb in VERBS else None


def usage_of(verb: str) -> str:
    return next((topic.usage for topic in TOPICS if topic.verb == verb), USAGE)
