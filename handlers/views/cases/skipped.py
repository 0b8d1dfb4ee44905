"""What a run has skipped of a case, in words."""

from __future__ import annotations

from bot.notices.casework import CaseFacts, CauseFacts
from handlers.views.cases.words import what


def unknown(case: CaseFacts, run: int) -> str:
    """`2 of the 4 tests of *KeyError: 'EUR'* were skipped in #421, so nothing is known about it`, or nothing."""
    return "; ".join(_skipped(each) for each in case.causes if each.skipped_in == run and not each.green)


def _skipped(cause: CauseFacts) -> str:
    whose = f"of {what(cause)}"
    if cause.count == 1:
        tests = f"the test {whose} was"
    elif cause.skipped >= cause.count:
        tests = f"the {cause.count} tests {whose} were"
    else:
        tests = f"{cause.skipped} of the {cause.count} tests {whose} {'was' if cause.skipped == 1 else 'were'}"
    return f"{tests} skipped in #{cause.skipped_in}, so nothing is known about it"
