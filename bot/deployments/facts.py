"""A deployment as others see it: plain facts for notices and views."""

from __future__ import annotations

from bot.catalog import Catalog
from bot.deployments.rates import SlowRequest
from bot.deployments.values import UNANNOUNCED, Complaint, Deployment
from bot.notices.facts import ChangeFacts, ComplaintFacts, DeploymentFacts, SlowRequestFacts
from bot.ports.pipelines import Commit

SHOWN = 5
"""Commits that a card names; of the others it says how many they are."""


def facts(deployment: Deployment, catalog: Catalog) -> DeploymentFacts:
    """What the watch has seen is told when it has settled: counts that move are no reason to edit a card."""
    service = catalog.services.get(deployment.target.service.casefold())
    changes, run = deployment.changes, deployment.run
    source = service.delivery.provider if service else ""
    return DeploymentFacts(
        deployment_id=deployment.id,
        environment=deployment.target.environment,
        service=deployment.target.service,
        version=deployment.label,
        by=deployment.by,
        stage=deployment.stage.value,
        opened=deployment.opened_at,
        before=deployment.before,
        note=deployment.note,
        lease_id=deployment.held.lease_id if deployment.held else "",
        lease_taken=deployment.held.taken if deployment.held else False,
        lease_until=deployment.held.until if deployment.held else None,
        overridden_by=deployment.overridden.by if deployment.overridden else "",
        overridden_reason=deployment.overridden.reason if deployment.overridden else "",
        observed=deployment.observed.why if deployment.observed else "",
        undoes=deployment.undoes,
        pipeline_url=run.url if run else "",
        pipeline_name=f"{run.pipeline.name} {run.number}".strip() if run else "",
        changes=tuple(_change(commit, source, catalog) for commit in changes.commits[:SHOWN]) if changes else (),
        changed=changes.total if changes else 0,
        compare_url=changes.url if changes else "",
        started=deployment.started_at,
        finished=deployment.finished_at,
        watch=deployment.watch.value,
        watch_until=deployment.watch_until,
        settled=deployment.settled_at,
        why=deployment.why,
        seen=deployment.seen if deployment.settled_at else (),
        complaints=tuple(map(_complaint, deployment.complaints)),
        slow_requests=tuple(map(_slow, deployment.slow_requests)),
        doubts=deployment.doubts if deployment.settled_at else (),
        rates_url=deployment.rates_url if deployment.settled_at else "",
        ended_by=deployment.ended_by,
        beside=tuple(f"{service} {version}" for service, version in deployment.beside.items()),
        unannounced=deployment.via == UNANNOUNCED,
        replaced_by=deployment.replaced_by,
        replaced_with=deployment.replaced_with,
    )


def _change(commit: Commit, source: str, catalog: Catalog) -> ChangeFacts:
    """Authors are named, not mentioned: a card must not call everybody whose commit it lists."""
    person = catalog.person_with(source, commit.login, commit.email)
    return ChangeFacts(commit.hash, commit.subject, (person and person.full_name) or commit.author or commit.login)


def _complaint(found: Complaint) -> ComplaintFacts:
    return ComplaintFacts(found.service, found.text, found.count, found.trace_url, found.more)


def _slow(found: SlowRequest) -> SlowRequestFacts:
    return SlowRequestFacts(found.service, found.name, found.took, found.trace_url)
