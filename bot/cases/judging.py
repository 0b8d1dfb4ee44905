"""A verdict as a case keeps it: with the deployments, counts and times that speak for it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from bot.cases.values import Evidence, Suspect
from bot.failures.reasons import (
    CameBefore,
    CameDuringRun,
    CameSincePass,
    FlakedBefore,
    PassedBefore,
    Reason,
    RedProbe,
    SaidBy,
    SuiteCommit,
    Unreachable,
)
from bot.failures.situation import Situation
from bot.failures.values import Origin
from bot.failures.verdict import Judgement

R = TypeVar("R")


def evidence(made: Judgement, at: Situation) -> Evidence:
    sure = {each.deployment.id for each in _all(made.reasons, CameSincePass) if each.suspected}
    passed, commits = _all(made.reasons, PassedBefore), _all(made.reasons, SuiteCommit)
    flaked, away = _all(made.reasons, FlakedBefore), _all(made.reasons, Unreachable)
    said = _all(made.reasons, SaidBy)
    return Evidence(
        made.verdict,
        at.seen_in,
        at.earlier_runs,
        suspects=tuple(Suspect(each, each.id in sure) for each in made.suspects),
        lately=tuple(Suspect(each.deployment, each.suspected) for each in _all(made.reasons, CameBefore)),
        during=tuple((each.deployment, each.count) for each in _all(made.reasons, CameDuringRun)),
        passed_at=passed[0].at if passed else max(filter(None, (each.passed_at for each in at.failures)), default=None),
        suite_commits=(commits[0].before, commits[0].now) if commits else None,
        flaked=(flaked[0].flakiness.failures, flaked[0].flakiness.tries) if flaked else None,
        down=tuple(_probe(each) for each in _all(made.reasons, RedProbe)),
        unreachable=away[0].count if away else 0,
        known_as=said[0].rule.reference or said[0].rule.reason if said else "",
    )


def service_of(origin: Origin | None, shown: Evidence, services: frozenset[str]) -> str:
    """Where the failure began, if that is a service here; else the one whose deployment alone can have brought it."""
    if origin is not None and origin.service in services:
        return origin.service
    sure = {each.deployment.service for each in shown.suspects if each.sure}
    return sure.pop() if len(sure) == 1 else ""


def _probe(reason: RedProbe) -> str:
    probe = reason.probe
    return f"{probe.service} ({probe.detail})" if probe.detail else probe.service


def _all(reasons: Sequence[Reason], kind: type[R]) -> list[R]:
    return [each for each in reasons if isinstance(each, kind)]
