"""Accounts in CI that belong to nobody of the catalog."""

from __future__ import annotations

from collections.abc import Iterable

from bot.catalog import Catalog
from bot.deployments.values import Deployment


def unknown_logins(deployments: Iterable[Deployment], catalog: Catalog) -> list[tuple[str, str]]:
    """(provider, login) of whoever wrote something that was deployed, each once."""
    found: set[tuple[str, str]] = set()
    for deployment in deployments:
        service = catalog.services.get(deployment.target.service.casefold())
        provider = service.delivery.provider if service else ""
        for commit in deployment.changes.commits if deployment.changes and provider else ():
            if commit.login and catalog.person_with(provider, commit.login, commit.email) is None:
                found.add((provider, commit.login))
    return sorted(found)
