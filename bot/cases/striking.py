"""What a cause strikes after another run, and why. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.cases.explaining import comes_from, explained
from bot.cases.values import Evidence, Found, Struck
from bot.failures.verdict import Verdict

QUIET = frozenset({Verdict.FLAKY, Verdict.KNOWN_ISSUE})
"""What opens no case, and brings none back."""

_NEWEST = ("tests", "names", "traces", "unclear", "files", "run")


def struck_now(cause: Struck, found: Found, hit: Mapping[str, Struck], *, over: bool = False) -> Struck:
    """Which tests it strikes is as of the newest run; why it is thought to, and where it comes from, as of the first
    run that can say it, or that met it again once it was green. hit: what this run met, by the ids of causes. over: its
    case was closed.
    """
    if again := hit.get(cause.id):
        ruled = cause.ruled if again.evidence.verdict in QUIET else None
        cause = explained(cause, again)
        newest = {name: getattr(again, name) for name in _NEWEST}
        back = over or cause.green
        evidence = again.evidence if back else _with_unclear(cause.evidence, again.evidence)
        service = comes_from(cause, again) if back else cause.service
        fresh = {"green": False, "ruled": ruled, "skipped_in": 0, "skipped": 0}
        return replace(cause, **newest, evidence=evidence, service=service, **fresh)
    return replace(cause, green=cause.green or _passed(cause, found))


def _with_unclear(first: Evidence, newest: Evidence) -> Evidence:
    """What came during a run goes with what is unclear of it, unless the verdict itself rests on it."""
    return first if first.verdict is Verdict.CANNOT_SAY else replace(first, during=newest.during)


def _passed(cause: Struck, found: Found) -> bool:
    """Every test that it struck: one that was not run, or was skipped, says nothing."""
    return bool(cause.tests) and found.passed.issuperset(cause.tests)
