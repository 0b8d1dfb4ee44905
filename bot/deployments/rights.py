"""Who may deploy a service, and put a hand to a deployment of somebody else."""

from __future__ import annotations

from bot.catalog import Catalog
from bot.deployments.keys import DEPLOYMENT_KEY, opens
from bot.deployments.refusals import NotItsRun
from bot.deployments.values import Deployment, Target
from bot.errors import Forbidden
from bot.notices.facts import LeaseFacts
from bot.values import Caller

OVERRIDE, DEPLOYER = "override", "deployer"
"""Roles of the catalog: who may set the gate aside, and who may deploy what they do not own."""


def owners_of(target: Target, catalog: Catalog) -> frozenset[str] | None:
    """Slack ids of those who may deploy it; None when it has no owners, so that everybody may."""
    owners = catalog.service(target.service).owners
    if not owners:
        return None
    names = (*owners, *catalog.environment(target.environment).owners, *catalog.roles.get(DEPLOYER, ()))
    return frozenset(person.slack for person in catalog.people_behind(names))


def check_hand(deployment: Deployment, caller: Caller, catalog: Catalog, *, to: str) -> None:
    """Whoever began it, the mates, and the service's owners may stop it, or start it again. to: what the caller wants
    to do, as it stands in a sentence. Raises Forbidden.
    """
    mates = caller.team is not None and caller.team == deployment.team
    owners = owners_of(deployment.target, catalog) or frozenset()
    if caller.person != deployment.by and not mates and caller.person not in owners:
        raise Forbidden(f"<@{deployment.by}> deploys it, and may {to} it. Nothing was changed.")


def check_voice(deployment: Deployment, caller: Caller, key: str) -> None:
    """Who may join it and say how it went. What a pipeline deploys by itself is its own and its team's matter; what
    Signalbox has started is the matter of that run, which shows its key. Raises Forbidden, NotItsRun.
    """
    mates = caller.team is not None and caller.team == deployment.team
    if deployment.reports and deployment.by != caller.person and not mates:
        raise Forbidden(f"<@{deployment.by}> deploys it, and says how it goes. Nothing was changed.")
    if not deployment.reports and not opens(key, deployment.key):
        sentence = f"A run was started for {deployment.id}: only that run may speak for it, with its {DEPLOYMENT_KEY}."
        raise NotItsRun(sentence)


def covers(lease: LeaseFacts, target: Target) -> bool:
    """Whether it is held now, and this service of it."""
    there = lease.environment == target.environment and not lease.resources
    return there and lease.status == "active" and (not lease.services or target.service in lease.services)
