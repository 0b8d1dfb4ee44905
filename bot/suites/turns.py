"""Which runs must be looked at since something happened to their leases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from bot.runtime import jobs
from bot.runtime.jobs import Job
from bot.suites.records import LOOK
from bot.suites.store import waiting_with


def note(session: Session, workspace: str, lease_ids: Collection[str], now: datetime) -> None:
    """In the transaction that commits the events: a job for each run that stands in line with such a lease."""
    if not lease_ids:
        return
    waiting = waiting_with(session, workspace, lease_ids)
    due = [Job(f"{LOOK}:{run.id}:{run.revision}:turn", LOOK, {"id": run.id}) for run in waiting]
    jobs.put(session, workspace, due, now=now)
