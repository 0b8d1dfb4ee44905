"""Which version is in place, as its health address tells it: a pipeline can succeed and change nothing, or be stopped
when all is done.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.catalog import Catalog
from bot.deployments.values import Deployment, Target
from bot.ports.health import HealthProbe


class Presence:
    def __init__(self, health: HealthProbe, catalog: Callable[[], Catalog]) -> None:
        self._health, self._catalog = health, catalog

    async def version(self, target: Target) -> str:
        """Empty when its health address tells none, or the catalog has it no more."""
        service = self._catalog().services.get(target.service.casefold())
        if service is None or not service.health:
            return ""
        return (await self._health.look(service.health.replace("{environment}", target.environment))).version

    async def came(self, deployment: Deployment) -> bool:
        """Whether it is seen to be in place, and was not there before."""
        told = await self.version(deployment.target)
        return told != deployment.before and deployment.brings(told)
