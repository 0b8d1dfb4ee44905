"""The room of diagnosis, and what it needs of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.bootstrap.cases import CaseRoom
from bot.bootstrap.floor import Floor
from bot.bootstrap.stores import Stores
from bot.bootstrap.suites import SuiteRoom
from bot.cases.questions import AskedOf
from bot.cases.questions import Rooms as AskedRooms
from bot.catalog import CatalogSource
from bot.deployments.needs import Providers
from bot.deployments.repositories import Repositories
from bot.diagnosis.needs import Gather, Questions
from bot.diagnosis.sources.gathering import Gathering
from bot.ports.telemetry import Sources

ELSEWHERE = timedelta(days=7)
"""How long vendors keep what is sent to them, at least."""


@dataclass(frozen=True, slots=True)
class DiagnosisRoom:
    gather: Gather
    questions: Questions


def open_diagnosis(
    floor: Floor,
    stores: Stores,
    source: CatalogSource,
    sources: Sources,
    *,
    cases: CaseRoom,
    suites: SuiteRoom,
    providers: Providers,
) -> DiagnosisRoom:
    settings = floor.settings
    here = timedelta(hours=settings.telemetry_hours)
    kept = max(here, ELSEWHERE) if len(sources.traces) > 1 or len(sources.logs) > 1 else here
    rooms = AskedRooms(cases.cases, suites.suites, suites.reports, sources, stores.database, floor.workspace, kept)
    kept_by = Repositories(providers, source.current) if settings.diagnosis_diffs else None
    gather = Gathering(sources, source.current, deadline=settings.diagnosis_deadline, repositories=kept_by)
    return DiagnosisRoom(gather, AskedOf(rooms, source.current, floor.clock))
