"""The room of suites, and what it needs of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from bot.bootstrap.cases import CaseRoom
from bot.bootstrap.deployments import DeploymentRoom
from bot.bootstrap.floor import Floor
from bot.bootstrap.rooms import Rooms
from bot.bootstrap.stores import Stores
from bot.bootstrap.suite_leases import LedgerSuiteLeases
from bot.bootstrap.trials import Trials, Verifying
from bot.catalog import CatalogSource
from bot.deployments.service import Deployments
from bot.reactions.suites import SuiteStory
from bot.suites.account import Accounts
from bot.suites.attachments import Attachments
from bot.suites.backfill import Backfilling
from bot.suites.following import Following
from bot.suites.intake import Reports
from bot.suites.needs import Ended, Interrupted, Outside, Providers, never_interrupted
from bot.suites.records import Records
from bot.suites.schedules import Schedules
from bot.suites.service import Suites
from bot.suites.store import Store
from bot.suites.understanding import read
from bot.suites.values import Broke


@dataclass(frozen=True, slots=True)
class SuiteRoom:
    suites: Suites
    reports: Reports
    following: Following
    schedules: Schedules
    verifying: Verifying
    backfilling: Backfilling
    accounts: Accounts
    attachments: Attachments


class DeployedVersions:
    """Implements Versions of bot.suites.needs."""

    def __init__(self, deployments: Deployments) -> None:
        self._deployments = deployments

    async def running(self, environment: str) -> Mapping[str, str]:
        seen = await self._deployments.where()
        return {each.target.service: each.version for each in seen if each.target.environment == environment}


def open_suites(
    floor: Floor,
    stores: Stores,
    source: CatalogSource,
    rooms: Rooms,
    *,
    providers: Providers,
    room: DeploymentRoom,
    trials: Trials,
    cases: CaseRoom,
    public_url: str,
    interrupted: Interrupted = never_interrupted,
) -> SuiteRoom:
    """room: of deployments. cases: what else is made of a run that has ended. public_url: where pages are reached."""
    catalog, clock = source.current, floor.clock
    store = Store(stores.database, floor.workspace)
    tell, moved = SuiteStory(floor.workspace, catalog, public_url), cases.desk.go_on
    records = Records(store, clock, tell=tell, catalog=catalog, wake=rooms.wake, moved=moved)
    reports = Reports(stores.database, clock, workspace=floor.workspace, read=read)
    leases = LedgerSuiteLeases(rooms.reservations, catalog, clock)
    outside = Outside(leases, providers, DeployedVersions(room.deployments), cases.tracing, cases.excuses, interrupted)

    def found(session: Session, ended: Ended) -> Sequence[Broke]:
        trials.ended(session, ended.run)
        return cases.desk(session, ended)

    suites = Suites(records, reports, outside, findings=found, catalog=catalog, clock=clock)
    following = Following(records, suites, reports, outside, findings=found, catalog=catalog, clock=clock)
    verifying = Verifying(room.deployments, room.confirmations, suites, catalog)
    backfilling = Backfilling(store, reports, providers, remember=cases.desk.remember, catalog=catalog, clock=clock)
    return SuiteRoom(
        suites,
        reports,
        following,
        Schedules(suites.run, catalog, clock),
        verifying,
        backfilling,
        Accounts(store, suites, reports, cases.filing),
        Attachments(suites, reports, providers),
    )
