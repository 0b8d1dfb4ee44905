"""Where a cause comes from, as people say it: another service than was thought. Pure: the time is an argument."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.cases.journal import Did, Entry
from bot.cases.model import Change, Step, by_hand, cause_of, with_cause
from bot.cases.pointed import Pointed
from bot.cases.values import Case, Struck


def move(case: Case, cause: str, service: str, person: str, now: datetime) -> Step | None:
    """It comes from another service than was thought, or than what is suspected. None when nothing changes."""
    struck = cause_of(case, cause)
    if struck is None or not case.open or _is_said(struck, service):
        return None
    before = (*struck.moved_from, (struck.service, struck.service_by))
    causes = with_cause(case, replace(struck, service=service, service_by=person, moved_from=before))
    return by_hand(case, Change.MOVED, Entry(now, person, Did.MOVED, service), cause=struck, causes=causes)


def _is_said(struck: Struck, service: str) -> bool:
    """Whether nothing that is known of it says that it comes from elsewhere."""
    suspected = {each.deployment.service for each in struck.evidence.suspects if each.sure}
    return struck.service == service and (bool(struck.service_by) or suspected <= {service})


def move_back(case: Case, cause: str, service: str, person: str, now: datetime) -> Step | None:
    """That it comes from that service is taken back. None when it is said to come from another one by now."""
    struck = cause_of(case, cause)
    if struck is None or not case.open or struck.service != service or not struck.moved_from:
        return None
    *before, (thought, by) = struck.moved_from
    causes = with_cause(case, replace(struck, service=thought, service_by=by, moved_from=tuple(before)))
    return by_hand(case, Change.MOVED_BACK, Entry(now, person, Did.MOVED_BACK, service), cause=struck, causes=causes)


def point(case: Case, cause: str, pointed: Pointed | None) -> Step | None:
    """The evidence points there; None for nowhere any more. None when nothing changes."""
    struck = cause_of(case, cause)
    if struck is None or struck.pointed == pointed:
        return None
    causes = with_cause(case, replace(struck, pointed=pointed))
    return Step(case, replace(case, causes=causes, revision=case.revision + 1), Change.QUIET)
