"""What providers know of versions: whether there is one, what is in it, and which is the newest."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from bot.catalog import Catalog, Delivery
from bot.deployments.needs import Providers
from bot.deployments.values import Target
from bot.errors import SignalboxError
from bot.ports.pipelines import Commit, Comparison, Diff, NotSupported, Pipelines, VendorBusy

log = structlog.get_logger(__name__)

KNOWN_AS = {
    "bitbucket": "Bitbucket",
    "github": "GitHub",
    "gitlab": "GitLab",
    "jenkins": "Jenkins",
    "local": "This machine",
}


class Repositories:
    def __init__(self, providers: Providers, catalog: Callable[[], Catalog]) -> None:
        self._providers, self._catalog = providers, catalog

    def runs(self, delivery: Delivery) -> bool:
        """Whether somebody is there who deploys it."""
        return bool(delivery.provider) and self._providers(delivery.provider) is not None

    async def exists(self, delivery: Delivery, ref: str) -> tuple[bool | None, str]:
        """None when nobody can say, and why, where whoever could is away for the moment."""
        if not ref or not self.runs(delivery):
            return None, ""
        try:
            return await self._commit(delivery, ref) is not None, ""
        except NotSupported:
            return None, ""
        except VendorBusy as away:
            return None, away.user_message

    async def candidate(self, target: Target) -> Commit | None:
        """The tip of the branch that is deployed from; None when nobody can say."""
        delivery = self._catalog().service(target.service).delivery
        return await self._commit(delivery, delivery.branch)

    async def changes(self, service: str, base: str, head: str) -> Comparison | None:
        """What is in `head` and not in `base`; None when nobody can say."""
        delivery = self._catalog().service(service).delivery
        provider = self._providers(delivery.provider)
        if provider is None or not base or not head or base == head:
            return None
        try:
            return await provider.compare(delivery.repository, base, head)
        except SignalboxError as error:  # a nicety: the deployment does not wait for it
            log.info("nobody can say what is new", service=service, head=head, reason=error.user_message)
            return None

    def keeper(self, service: str) -> str:
        """Who keeps its commits, as people know it; empty where nobody is set up who does."""
        known = self._catalog().services.get(service.casefold())
        if known is None or not self.runs(known.delivery):
            return ""
        return KNOWN_AS.get(known.delivery.provider, known.delivery.provider)

    async def compared(self, service: str, base: str, head: str) -> Comparison:
        """Raises NotFound, NotSupported, IntegrationError."""
        provider, delivery = self._kept(service)
        return await provider.compare(delivery.repository, base, head)

    async def diff(self, service: str, commit: str) -> Diff:
        """Raises NotFound, NotSupported, IntegrationError."""
        provider, delivery = self._kept(service)
        return await provider.diff(delivery.repository, commit)

    def _kept(self, service: str) -> tuple[Pipelines, Delivery]:
        delivery = self._catalog().service(service).delivery
        provider = self._providers(delivery.provider)
        if provider is None:
            raise NotSupported(f"Nobody is set up who keeps {service}.", vendor=delivery.provider, status=0)
        return provider, delivery

    async def _commit(self, delivery: Delivery, ref: str) -> Commit | None:
        provider = self._providers(delivery.provider)
        if provider is None or not ref:
            return None
        return await provider.commit(delivery.repository, ref)
