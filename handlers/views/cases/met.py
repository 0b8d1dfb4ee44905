"""How much of a case the newest run has met."""

from __future__ import annotations

from bot.notices.casework import CaseFacts


def still(case: CaseFacts) -> str:
    """`: 8 of 14 there; 4 more red since #10`, where only earlier runs met some of what is red; or nothing."""
    if not case.still or case.closed is not None:
        return ""
    newest = case.failing - sum(count for _number, count in case.still)
    older = ", ".join(f"{count} more red since {f'#{run}' if run else 'before'}" for run, count in case.still)
    return f": {newest} of {case.last_total} there; {older}"
