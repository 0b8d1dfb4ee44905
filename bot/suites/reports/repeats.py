"""Tests that stand in one suite several times, because they were run again. Pure.

pytest-rerunfailures, Gradle without mergeReruns, gotestsum and Jenkins write a test once for every time it ran. A test
that stands there twice without ever failing is another matter: parameters that its tool does not write. Such tests are
counted one by one. Pytest and unittest write a test twice when it failed and then its cleaning up went wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from bot.suites.reports import text
from bot.suites.reports.model import RED, Attempt, Case, Limits, Status

_CLEANING: Final = re.compile(r"failed on teardown with |[\s\S]*, in (?:tearDown|tearDownClass|doCleanups)\n")


class Repeats:
    """Cases go through in their order. A repeat is known among the last `Limits.window` of them."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._waiting: dict[str, Case] = {}
        self._text = self._doubles = 0

    def through(self, cases: Iterable[Case]) -> list[Case]:
        """Those that no repeat is expected of any more."""
        waiting = self._waiting
        for case in cases:
            if case.id in waiting:
                self._meet(waiting[case.id], case)
            else:
                waiting[case.id] = case
            if case.attempts:
                self._text += sum(len(each.stack) + len(each.out) + len(each.message) for each in case.attempts)
        full = len(waiting) > self._limits.window or self._text > self._limits.text
        return self.rest() if full else []

    def rest(self) -> list[Case]:
        ready, self._waiting, self._text = list(self._waiting.values()), {}, 0
        return ready

    def _meet(self, before: Case, again: Case) -> None:
        if before.status not in RED and again.status not in RED and before.status != "flaky":
            self._doubles += 1
            self._waiting[f"{again.id}\0{self._doubles}"] = again
        else:
            self._waiting[again.id] = joined(before, again, self._limits)


def joined(before: Case, again: Case, limits: Limits) -> Case:
    """What ran last decides. Green after red is flaky; a skipped repeat changes nothing."""
    if before.attempts and before.status in RED and again.attempts and _is_cleaning(again.attempts[0]):
        return replace(
            before, attempts=(*before.attempts[:-1], _with_cleaning(before.attempts[-1], again.attempts[0], limits))
        )
    status: Status = before.status if again.status == "skipped" else again.status
    if status == "passed":
        status = "flaky"
    known = [each for each in (before.duration_s, again.duration_s) if each is not None]
    return replace(
        again,
        status=status,
        duration_s=sum(known) if known else None,
        message=again.message if again.status in RED else before.message,
        attempts=(*_attempts(before), *_attempts(again))[-limits.attempts :],
        trace_ids=tuple(dict.fromkeys((*before.trace_ids, *again.trace_ids))),
        attachments=tuple(dict.fromkeys((*before.attachments, *again.attachments))),
    )


def _is_cleaning(attempt: Attempt) -> bool:
    return attempt.status == "error" and bool(_CLEANING.match(attempt.message) or _CLEANING.match(attempt.stack))


def _with_cleaning(attempt: Attempt, cleaning: Attempt, limits: Limits) -> Attempt:
    """Of one run: what failed first is what is told."""
    return replace(attempt, stack=text.plain(f"{attempt.stack}\n\n{cleaning.stack}", limits.stack))


def _attempts(case: Case) -> tuple[Attempt, ...]:
    return case.attempts or (Attempt(case.status, case.duration_s, message=case.message),)
