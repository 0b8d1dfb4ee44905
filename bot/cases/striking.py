"""What a cause strikes after another run, and why. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from bot.cases.explaining import comes_from, explained
from bot.cases.still import StillRed, without
from bot.cases.values import Evidence, Found, Struck
from bot.failures.verdict import Verdict

QUIET = frozenset({Verdict.FLAKY, Verdict.KNOWN_ISSUE})
"""What opens no case, and brings none back."""

_NEWEST = ("tests", "names", "traces", "unclear", "files", "run")


def struck_now(cause: Struck, found: Found, hit: Mapping[str, Struck], *, over: bool = False) -> Struck:
    """Which tests it strikes: those of the newest run, and those of earlier ones that have not passed since. Why it is
    thought to, and where it comes from, is as of the first run that can say it, or that met it again once it was green.
    hit: what this run met, by the ids of causes. over: its case was closed.
    """
    if again := hit.get(cause.id):
        ruled = cause.ruled if again.evidence.verdict in QUIET else None
        cause = explained(cause, again)
        newest = {name: getattr(again, name) for name in _NEWEST}
        back = over or cause.green
        still = () if back else _still_red(cause, found.passed.union(again.tests))
        newest["tests"] = (*again.tests, *(test for each in still for test in each.tests))
        evidence = again.evidence if back else _with_unclear(cause.evidence, again.evidence)
        service = comes_from(cause, again) if back else cause.service
        fresh = {
            "green": False,
            "ruled": ruled,
            "skipped_in": 0,
            "skipped": 0,
            "number": found.run.number,
            "still": still,
        }
        return replace(cause, **newest, evidence=evidence, service=service, **fresh)
    return cause if cause.green else _passed(cause, found)


def first_struck(cause: Struck, found: Found) -> Struck:
    """As the run met it that opens its case."""
    return replace(cause, number=found.run.number)


def _still_red(cause: Struck, told: Collection[str]) -> tuple[StillRed, ...]:
    """Of what it struck before, those tests of which the newest run has told nothing."""
    older = {test for each in cause.still for test in each.tests}
    own = StillRed(cause.run, cause.number, tuple(test for test in cause.tests if test not in older))
    return without((own, *cause.still), told)


def _with_unclear(first: Evidence, newest: Evidence) -> Evidence:
    """What came during a run goes with what is unclear of it, unless the verdict itself rests on it."""
    return first if first.verdict is Verdict.CANNOT_SAY else replace(first, during=newest.during)


def _passed(cause: Struck, found: Found) -> Struck:
    """It is green once every test that it struck has passed, be it in several runs: of one that was not run, or was
    skipped, they say nothing.
    """
    left = tuple(test for test in cause.tests if test not in found.passed)
    if not left:
        return replace(cause, green=bool(cause.tests))
    return replace(cause, tests=left, still=without(cause.still, found.passed))
