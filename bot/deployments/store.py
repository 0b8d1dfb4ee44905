"""Deployments in SQL. Each change names the revision it saw, so that two at once cannot both be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import delete, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.deployments.refusals import Moved
from bot.deployments.tables import DeploymentRow, GoodSetRow, HealthRow, RunningRow
from bot.deployments.values import Deployment, Judged, Running, Stage, Target, Watch
from bot.runtime.clock import from_ms, to_ms
from bot.runtime.database import Database

HEALTH_KEPT = timedelta(days=30)
UNDER_WAY = (Stage.WAITING.value, Stage.OPEN.value, Stage.RUNNING.value)


class Store:
    def __init__(self, database: Database, workspace: str) -> None:
        self.database, self.workspace = database, workspace

    async def get(self, id: str) -> Deployment | None:
        async with self.database.read() as session:
            row = await session.get(DeploymentRow, (self.workspace, id))
        return _deployment(row) if row else None

    async def under_way(self, target: Target | None = None) -> list[Deployment]:
        """What has not ended, oldest first."""
        query = self._rows().where(col(DeploymentRow.stage).in_(UNDER_WAY))
        return await self._all(_there(query, target).order_by(col(DeploymentRow.opened_at)))

    async def history(self, service: str, environment: str = "", *, limit: int = 20) -> list[Deployment]:
        """Newest first; `""` stands for all."""
        query = self._rows()
        if service:
            query = query.where(col(DeploymentRow.service) == service)
        if environment:
            query = query.where(col(DeploymentRow.environment) == environment)
        return await self._all(query.order_by(col(DeploymentRow.opened_at).desc()).limit(limit))

    async def latest(self, target: Target) -> str:
        """The id of what began there last, however it went; empty when nothing did."""
        begun = [each for each in await self.history(target.service, target.environment) if each.started_at]
        return max(begun, key=lambda each: each.started_at or each.opened_at).id if begun else ""

    async def of_lease(self, lease_id: str) -> list[Deployment]:
        return await self._all(self._rows().where(col(DeploymentRow.lease_id) == lease_id))

    async def in_use(self, lease_id: str, *, besides: str) -> bool:
        """Whether another deployment runs, or is watched, under it: then that one gives it back."""
        others = [each for each in await self.of_lease(lease_id) if each.id != besides]
        return any(not each.stage.over or each.watch is Watch.WATCHING for each in others)

    async def overdue(self, before: datetime) -> list[Deployment]:
        """Those whose look is due since before that moment."""
        return await self._all(self._rows().where(col(DeploymentRow.due_at).between(1, to_ms(before))))

    async def running(self) -> list[Running]:
        async with self.database.read() as session:
            rows = await session.exec(select(RunningRow).where(col(RunningRow.workspace) == self.workspace))
            return [msgspec.json.decode(row.body, type=Running) for row in rows]

    async def judged(self) -> list[Running]:
        """What runs, each with what the watch of the deployment that brought it says."""
        running = await self.running()
        ids = [each.deployment for each in running if each.deployment]
        brought = {each.id: each for each in await self._all(self._rows().where(col(DeploymentRow.id).in_(ids)))}
        return [replace(each, judged=_judged(each, brought.get(each.deployment))) for each in running]

    async def last_good(self, environment: str) -> tuple[datetime, dict[str, str]] | None:
        async with self.database.read() as session:
            row = await session.get(GoodSetRow, (self.workspace, environment))
        return (from_ms(row.at), msgspec.json.decode(row.body, type=dict[str, str])) if row else None

    def known(self, session: Session, id: str) -> bool:
        return session.get(DeploymentRow, (self.workspace, id)) is not None

    def busy(self, session: Session, target: Target) -> bool:
        """Whether one is under way there that has not to wait for its turn."""
        begun = _there(self._rows(), target).where(
            col(DeploymentRow.stage).in_((Stage.OPEN.value, Stage.RUNNING.value))
        )
        return session.exec(begun.limit(1)).first() is not None

    def insert(self, session: Session, deployment: Deployment, due: datetime | None) -> None:
        session.add(DeploymentRow(**self._values(deployment, due)))

    def replace(self, session: Session, deployment: Deployment, due: datetime | None) -> None:
        """`deployment.revision` is one more than the one that was read. Raises Moved."""
        seen = col(DeploymentRow.revision) == deployment.revision - 1
        mine = (col(DeploymentRow.workspace) == self.workspace, col(DeploymentRow.id) == deployment.id)
        done = session.exec(update(DeploymentRow).where(*mine, seen).values(**self._values(deployment, due)))
        if done.rowcount != 1:
            raise Moved("It has changed meanwhile. Look again.")

    def runs(self, session: Session, target: Target) -> Running | None:
        row = session.get(RunningRow, (self.workspace, target.environment, target.service))
        return msgspec.json.decode(row.body, type=Running) if row else None

    def put_running(self, session: Session, running: Running) -> None:
        where = {"environment": running.target.environment, "service": running.target.service}
        session.merge(RunningRow(workspace=self.workspace, **where, body=_json(running)))

    def note_health(self, session: Session, running: Running, at: datetime) -> None:
        """It has changed. What is older than of use is forgotten."""
        where = {"environment": running.target.environment, "service": running.target.service}
        row = HealthRow(
            workspace=self.workspace, **where, at=to_ms(at), health=running.health.value, detail=running.detail
        )
        session.merge(row)
        old = col(HealthRow.at) < to_ms(at - HEALTH_KEPT)
        session.exec(delete(HealthRow).where(col(HealthRow.workspace) == self.workspace, old))

    def put_good(self, session: Session, environment: str, versions: dict[str, str], of: Deployment) -> None:
        at = to_ms(of.settled_at or of.opened_at)
        row = GoodSetRow(
            workspace=self.workspace, environment=environment, at=at, deployment=of.id, body=_json(versions)
        )
        session.merge(row)

    def _rows(self) -> SelectOfScalar[DeploymentRow]:
        return select(DeploymentRow).where(col(DeploymentRow.workspace) == self.workspace)

    async def _all(self, query: SelectOfScalar[DeploymentRow]) -> list[Deployment]:
        async with self.database.read() as session:
            return [_deployment(row) for row in (await session.exec(query)).all()]

    def _values(self, deployment: Deployment, due: datetime | None) -> dict[str, Any]:
        return {
            "workspace": self.workspace,
            "id": deployment.id,
            "environment": deployment.target.environment,
            "service": deployment.target.service,
            "stage": deployment.stage.value,
            "lease_id": deployment.held.lease_id if deployment.held else "",
            "run_id": deployment.run.id if deployment.run else "",
            "opened_at": to_ms(deployment.opened_at),
            "due_at": to_ms(due) if due else 0,
            "revision": deployment.revision,
            "body": _json(deployment),
        }


def _there(query: SelectOfScalar[DeploymentRow], target: Target | None) -> SelectOfScalar[DeploymentRow]:
    if target is None:
        return query
    return query.where(
        col(DeploymentRow.environment) == target.environment, col(DeploymentRow.service) == target.service
    )


def _deployment(row: DeploymentRow) -> Deployment:
    return msgspec.json.decode(row.body, type=Deployment)


def _judged(running: Running, brought: Deployment | None) -> Judged | None:
    """Nothing of what a deployment has not put in place yet."""
    if brought is None or running.version not in (brought.version, brought.ref):
        return None
    return Judged(brought.watch, brought.watch_until, brought.why)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def newest(deployments: Sequence[Deployment]) -> Deployment | None:
    return max(deployments, key=lambda each: each.opened_at, default=None)
