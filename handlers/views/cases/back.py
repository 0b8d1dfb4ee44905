"""Of what is back: when it was green before, and what came until it was back."""

from __future__ import annotations

from bot.notices.casework import CaseFacts
from handlers.views import lease as words
from handlers.views.cases.words import since


def green_between(case: CaseFacts) -> str:
    """`it was green from 18:28 on, and is back`, or nothing."""
    if case.green_from is None or case.closed is not None:
        return ""
    return f"it was green from {words.clock(case.green_from, case.last_at)} on, and is back"


def came_back(case: CaseFacts) -> str:
    """` · it was green from 18:28 on · New since payments 1.4.1 → 1.5.0`, or nothing."""
    if case.green_from is None:
        return ""
    green = f"it was green from {words.clock(case.green_from, case.last_at)} on"
    return "".join(f" · {told}" for told in (green, since(case.causes[0], case.last_at)) if told)
