"""Which service a run of a vendor has deployed, and which deployment it was begun for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from bot.catalog import Catalog, Delivery, Service
from bot.deployments.values import Deployment, Target
from bot.ports.pipelines import RUN_ID, Pipeline, RunSeen

SKEW = timedelta(minutes=1)
"""How far the vendor's clock may be beside ours."""

OWN_ID = re.compile(r"\bD[A-Z2-7]{8}\b")


def pipelines_of(catalog: Catalog, *, provider: str = "", repository: str = "") -> list[Pipeline]:
    """Those that deploy something, each once; of one provider, or of one repository of it. Jenkins keeps none."""
    found: dict[tuple[str, ...], Pipeline] = {}
    for delivery in (service.delivery for service in catalog.services.values()):
        asked = provider in ("", delivery.provider)
        there = not repository or delivery.provider == "jenkins" or _alike(delivery.repository, repository)
        if delivery.provider and asked and there:
            found.setdefault(_key(delivery), pipeline_of(delivery))
    return list(found.values())


def pipeline_of(delivery: Delivery) -> Pipeline:
    return Pipeline(delivery.provider, delivery.repository, delivery.pipeline, delivery.branch)


def target_of(seen: RunSeen, pipeline: Pipeline, catalog: Catalog) -> Target | None:
    """None where the catalog, and what the run was given, leave more than one answer, or none."""
    service = _service(seen, [each for each in catalog.services.values() if _runs(each.delivery, pipeline)])
    if service is None:
        return None
    places = [each.name for each in catalog.environments.values() if service.name in each.services]
    if named := (seen.variables or {}).get("SIGNALBOX_ENVIRONMENT"):
        places = [each for each in places if _alike(named, each) or _alike(named, service.delivery.called(each))]
    return Target(places[0], service.name) if len(places) == 1 else None


def explains(deployment: Deployment, seen: RunSeen) -> bool:
    """Whether that run was begun for it, or has opened the gate as it. A run that somebody began again bears the id of
    a deployment that has had another run.
    """
    status = seen.status
    if deployment.run is not None:
        return deployment.run.id == status.run.id
    if deployment.id == begun_for(seen):
        return True
    began, ended = status.started_at, status.finished_at
    if not deployment.reports or began is None:
        return False
    return began - SKEW <= deployment.opened_at and (ended is None or deployment.opened_at <= ended + SKEW)


def begun_for(seen: RunSeen) -> str:
    """The deployment for which a run was begun, as far as the run tells; else nothing."""
    if seen.variables is not None:
        return seen.variables.get(RUN_ID, "")
    named = OWN_ID.search(seen.title)
    return named[0] if named else ""


def _service(seen: RunSeen, services: Iterable[Service]) -> Service | None:
    """Where several share a pipeline, what the run was given tells which it is."""
    found, given = list(services), seen.variables or {}
    if named := given.get("SIGNALBOX_SERVICE"):
        found = [each for each in found if _alike(named, each.name)]
    elif len(found) > 1:
        found = [each for each in found if each.delivery.variables and each.delivery.variables.items() <= given.items()]
    return found[0] if len(found) == 1 else None


def _runs(delivery: Delivery, pipeline: Pipeline) -> bool:
    return bool(delivery.provider) and _key(delivery) == _key_of(pipeline)


def _key(delivery: Delivery) -> tuple[str, ...]:
    return _key_of(pipeline_of(delivery))


def _key_of(pipeline: Pipeline) -> tuple[str, ...]:
    """A pipeline that has a name is the same on every branch."""
    where = (pipeline.provider, pipeline.repository.casefold(), pipeline.name)
    return where if pipeline.name else (*where, pipeline.ref)


def _alike(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
