"""Services that are taken out of the catalog while what was deployed of them is watched."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.catalog import Catalog
from bot.deployments.values import Deployment, Stage, Target, Watch


def unwatched(catalog: Catalog, deployment: Deployment, now: datetime) -> dict[str, Any]:
    """What changes of a deployment that would be watched and cannot be: nobody knows where it is well, nor who calls
    it. Empty where it can, or has not to be.
    """
    target, watched = deployment.target, deployment.watch in (Watch.NOT_YET, Watch.WATCHING)
    if deployment.stage is not Stage.SUCCEEDED or not watched or _has(catalog, target):
        return {}
    why = f"the catalog has no {target.service} in {target.environment} any more, so nobody knows how it is"
    return {"watch": Watch.ENDED, "settled_at": now, "why": why, "seen": (), "doubts": ()}


def _has(catalog: Catalog, target: Target) -> bool:
    environment = catalog.environments.get(target.environment.casefold())
    here = environment is not None and target.service in environment.services
    return here and target.service.casefold() in catalog.services
