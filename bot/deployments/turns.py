"""Which deployments must be looked at since something happened to their leases."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session, col, select

from bot.deployments.records import LOOK
from bot.deployments.tables import DeploymentRow
from bot.deployments.values import Stage
from bot.runtime import jobs
from bot.runtime.jobs import Job


def note(session: Session, workspace: str, lease_ids: Collection[str], now: datetime) -> None:
    """In the transaction that commits the events: a job for each deployment that stands in line with such a lease."""
    if not lease_ids:
        return
    waiting = select(DeploymentRow).where(
        col(DeploymentRow.workspace) == workspace,
        col(DeploymentRow.lease_id).in_(lease_ids),
        col(DeploymentRow.stage) == Stage.WAITING.value,
    )
    due = [Job(f"{LOOK}:{row.id}:{row.revision}:turn", LOOK, {"id": row.id}) for row in session.exec(waiting).all()]
    jobs.put(session, workspace, due, now=now)
