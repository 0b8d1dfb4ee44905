"""The room of cases, and what it needs of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.bootstrap.floor import Floor
from bot.bootstrap.happenings import HappenedAround, HeldAround
from bot.bootstrap.rooms import Rooms
from bot.bootstrap.stores import Stores
from bot.cases.desk import Desk, Then
from bot.cases.diagnosed import DiagnosedCases, explainable, is_over
from bot.cases.dossier import Dossier
from bot.cases.excuses import ByRules
from bot.cases.filing import CaseFiling
from bot.cases.model import Step
from bot.cases.rulings import Rulings
from bot.cases.service import Cases
from bot.cases.store import Store
from bot.cases.tracing import Tracing
from bot.cases.values import Case, Struck
from bot.catalog import CatalogSource
from bot.deployments import queries
from bot.deployments.links import Links
from bot.deployments.preflight import OpenCase
from bot.deployments.values import Deployment, Health, Running, Stage
from bot.diagnosis.service import over, wanted
from bot.failures.situation import Deployed, Probe
from bot.ports.telemetry import Sources
from bot.reactions.cases import CaseStory
from bot.reservations.chronicle import Chronicle
from bot.runtime import jobs


@dataclass(frozen=True, slots=True)
class CaseRoom:
    cases: Cases
    desk: Desk
    tracing: Tracing
    excuses: ByRules
    rulings: Rulings
    dossier: Dossier
    filing: CaseFiling
    diagnosed: DiagnosedCases


class DeployedAround:
    """Implements Surroundings of bot.cases.needs."""

    def __init__(self, workspace: str) -> None:
        self._workspace = workspace

    def deployed(self, session: Session, environment: str, since: datetime) -> tuple[Deployed, ...]:
        """What was put in place, and what may be while nobody knows yet."""
        found = queries.lately(session, self._workspace, environment, since)
        return tuple(_deployed(each) for each in found if each.stage in (Stage.RUNNING, Stage.SUCCEEDED))

    def probes(self, session: Session, environment: str) -> tuple[Probe, ...]:
        return tuple(map(_probe, queries.running(session, self._workspace, environment)))


class KnownCases:
    """Implements Cases of bot.deployments.needs."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def open_in(self, environment: str) -> list[OpenCase]:
        return [open_case(each) for each in await self._store.open_ones() if each.place.environment == environment]


def open_cases(
    floor: Floor, stores: Stores, source: CatalogSource, rooms: Rooms, sources: Sources, *, public_url: str
) -> CaseRoom:
    catalog, clock = source.current, floor.clock
    store = Store(stores.database, floor.workspace)
    tell = CaseStory(floor.workspace, catalog, Links(sources, catalog), public_url)
    around = DeployedAround(floor.workspace)
    desk = Desk(store, around, tell=tell, catalog=catalog, clock=clock, then=_asked_for(floor))
    tracing = Tracing(sources, catalog, clock)
    excuses = ByRules(stores.database, desk, clock)
    rulings = Rulings(store, desk, clock, wake=rooms.wake)
    cases = Cases(store, desk, clock, wake=rooms.wake)
    happened = HappenedAround(floor.workspace)
    held = HeldAround(Chronicle(stores.database, floor.workspace), rooms.reservations)
    dossier = Dossier(cases, stores.database, happened, sources, holdings=held, catalog=catalog, clock=clock)
    diagnosed = DiagnosedCases(store, desk, clock, tell.mentioned, around)
    return CaseRoom(cases, desk, tracing, excuses, rulings, dossier, CaseFiling(store, sources), diagnosed)


def _asked_for(floor: Floor) -> Then:
    """A case that opens with what is still to be explained has it explained; of one that closes nobody goes back."""

    def then(session: Session, step: Step) -> None:
        if explainable(step):
            wanted(session, floor.workspace, step.after.id, step.after.revision, floor.clock)
        if is_over(step):
            due = [over(step.after.id, step.after.revision)]
            jobs.put(session, floor.workspace, due, now=floor.clock.now())

    return then


def open_case(case: Case) -> OpenCase:
    """What is green again is no reason to think of anything."""
    red = [cause for cause in case.causes if not cause.green] or list(case.causes)
    found = frozenset[str]().union(*map(_points_to, red))
    where = red[0].service or case.place.suite
    lookers = tuple(each.person for each in case.lookers)
    return OpenCase(case.id, f"{where}: {red[0].says}", found, lookers, _blamed(red))


def _blamed(red: Sequence[Struck]) -> frozenset[tuple[str, str]]:
    """Services with the versions that are sure suspects, where each cause that points there has one."""
    sure = [each for cause in red for each in _sure(cause)]
    return frozenset(
        (each.service, each.version)
        for each in sure
        if all(_explained(each.service, cause) for cause in red if each.service in _points_to(cause))
    )


def _explained(service: str, cause: Struck) -> bool:
    return any(each.service == service for each in _sure(cause))


def _sure(cause: Struck) -> list[Deployed]:
    return [suspect.deployment for suspect in cause.evidence.suspects if suspect.sure]


def _points_to(cause: Struck) -> frozenset[str]:
    suspected = (suspect.deployment.service for suspect in cause.evidence.suspects)
    return frozenset(filter(None, (*suspected, *cause.evidence.down, cause.service)))


def _deployed(each: Deployment) -> Deployed:
    start = each.started_at or each.opened_at
    return Deployed(each.id, each.target.service, each.before, each.label, start, each.finished_at, each.by)


def _probe(seen: Running) -> Probe:
    red = seen.health is Health.DOWN and seen.down_since is not None
    return Probe(seen.target.service, red, detail=seen.detail, since=seen.down_since)
