"""What other rooms may ask of deployments, inside a transaction of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlmodel import Session, col, select

from bot.deployments.tables import DeploymentRow, HealthRow, RunningRow
from bot.deployments.values import Deployment, Running
from bot.runtime.clock import from_ms, to_ms


def lately(session: Session, workspace: str, environment: str, since: datetime) -> list[Deployment]:
    """Deployments that were opened there since then, whatever became of them; the oldest first."""
    rows = select(DeploymentRow).where(
        col(DeploymentRow.workspace) == workspace,
        col(DeploymentRow.environment) == environment,
        col(DeploymentRow.opened_at) >= to_ms(since),
    )
    found = session.exec(rows.order_by(col(DeploymentRow.opened_at))).all()
    return [msgspec.json.decode(row.body, type=Deployment) for row in found]


def running(session: Session, workspace: str, environment: str) -> list[Running]:
    """What is seen, or said, to run there."""
    rows = select(RunningRow).where(col(RunningRow.workspace) == workspace, col(RunningRow.environment) == environment)
    return [msgspec.json.decode(row.body, type=Running) for row in session.exec(rows).all()]


@dataclass(frozen=True, slots=True)
class HealthChange:
    """A service began to be so at that time. health: up, down, or what else Health names."""

    at: datetime
    service: str
    health: str
    detail: str = ""


def health(session: Session, workspace: str, environment: str, since: datetime) -> list[HealthChange]:
    """The oldest first."""
    rows = select(HealthRow).where(
        col(HealthRow.workspace) == workspace,
        col(HealthRow.environment) == environment,
        col(HealthRow.at) >= to_ms(since),
    )
    found = session.exec(rows.order_by(col(HealthRow.at))).all()
    return [HealthChange(from_ms(row.at), row.service, row.health, row.detail) for row in found]
