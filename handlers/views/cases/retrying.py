"""What runs again of a case, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator

from bot.notices.casework import CaseFacts, RetryFacts
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.cases.words import NAME_SHOWN, SUSPECTS_SHOWN


def retrying(case: CaseFacts) -> str:
    """`@Ben retries 4 (attempt 2): 2 done, both failed again, about 1 min left, same versions`"""
    again = case.retry
    if again is None:
        return ""
    what = "all" if again.whole else again.tests or "what failed"
    told = ", ".join(filter(None, (*_progress(again), _versions(again))))
    return f":hourglass_flowing_sand: {words.who(again.by)} retries {what} (attempt {again.attempt}): {told}"


def _progress(again: RetryFacts) -> Iterator[str]:
    match again.stage:
        case "waiting":
            yield "waits for its turn"
        case "open":
            yield "about to start"
        case "reading":
            yield "its report is being read"
        case _ if again.done:
            yield f"{again.done} done"
            yield _failed_again(again)
        case _:
            yield "runs"
    if again.minutes is not None and again.stage == "running":
        yield f"about {again.minutes} min left" if again.minutes else "less than a minute left"


def _failed_again(again: RetryFacts) -> str:
    failed = "failed" if again.whole else "failed again"
    if not again.failed:
        return f"none {failed}"
    if again.failed < again.done:
        return f"{again.failed} {failed}"
    every = {1: "which", 2: "both"}.get(again.done, f"all {again.done}")
    return f"{every} {failed}"


def _versions(again: RetryFacts) -> str:
    """Nothing, where they were not known at either time."""
    if not again.began or again.since is None:
        return ""
    rest = len(again.since) - SUSPECTS_SHOWN
    more = f" and {rest} more" if rest > 0 else ""
    changed = ", ".join(escape(each, NAME_SHOWN) for each in again.since[:SUSPECTS_SHOWN])
    return f"since then {changed}{more}" if changed else "same versions"
