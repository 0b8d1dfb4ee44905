"""What a later run says of a cause of which nobody could say why it failed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.cases.values import Struck
from bot.failures.verdict import Verdict

EXPLAINED = frozenset({Verdict.REGRESSION, Verdict.SUITE_CHANGED, Verdict.TEST_DATA, Verdict.EXTERNAL_SYSTEM})
"""What something speaks for."""


def explained(cause: Struck, again: Struck) -> Struck:
    """The cause with the evidence of the run that met it again, where that answers what the first could not: it failed
    on one version from its beginning on.
    """
    if cause.evidence.verdict is not Verdict.CANNOT_SAY or again.evidence.verdict not in EXPLAINED:
        return cause
    return replace(cause, evidence=again.evidence, service=comes_from(cause, again))


def comes_from(cause: Struck, again: Struck) -> str:
    """The service by the evidence of the run that met it again; as it was where that names none, or a person has."""
    return cause.service if cause.service_by else again.service or cause.service


def newly(before: Sequence[Struck], after: Sequence[Struck]) -> bool:
    """Whether that has just become of one of them."""
    unsaid = {each.id for each in before if each.evidence.verdict is Verdict.CANNOT_SAY}
    return any(each.id in unsaid and each.evidence.verdict in EXPLAINED for each in after)
