"""The room of deployments, and what it needs of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.bootstrap.cases import KnownCases
from bot.bootstrap.floor import Floor
from bot.bootstrap.leases import LedgerLeases
from bot.bootstrap.rooms import Rooms
from bot.bootstrap.stores import Stores
from bot.cases.store import Store as CaseStore
from bot.catalog import CatalogSource
from bot.deployments.attendance import Attendance
from bot.deployments.build_statuses import BuildStatuses
from bot.deployments.confirming import Confirmations
from bot.deployments.following import Following
from bot.deployments.hints import Hints
from bot.deployments.links import Links
from bot.deployments.marking import Marked, Marking, due_marks
from bot.deployments.needs import Providers, Trials, Voices
from bot.deployments.outages import Outages
from bot.deployments.presence import Presence
from bot.deployments.records import Effects, Records, no_effects
from bot.deployments.rules import Rules
from bot.deployments.service import Deployments
from bot.deployments.sightings import Sightings
from bot.deployments.starting import Starting
from bot.deployments.store import Store
from bot.deployments.unannounced import UnannouncedRuns
from bot.deployments.values import Deployment, Stage
from bot.deployments.watch import Watching
from bot.diagnosis.service import placed
from bot.ports.protection import RunGates
from bot.ports.telemetry import Sources
from bot.reactions.deployments import DeploymentStory
from bot.runtime.jobs import Job
from bot.telemetry.continuity import TraceContinuity
from integrations.health import HttpHealth


@dataclass(frozen=True, slots=True)
class DeploymentRoom:
    deployments: Deployments
    following: Following
    sightings: Sightings
    outages: Outages
    unannounced: UnannouncedRuns
    marking: Marking
    hints: Hints
    statuses: BuildStatuses
    rules: Rules
    confirmations: Confirmations


@dataclass(frozen=True, slots=True)
class Outside:
    """Whom the room asks and tells. voices: who tells its version in telemetry. trials: what is
    tried out of what is well. moved: health addresses, as HttpHealth
    has it. marked: where deployments are marked. public_url: of this Signalbox.
    gates: what answers runs that are held back.
    """

    providers: Providers
    sources: Sources
    voices: Voices
    trials: Trials
    moved: Mapping[str, str] = field(default_factory=dict[str, str])
    marked: Marked | None = None
    public_url: str = ""
    gates: RunGates | None = None


def open_deployments(
    floor: Floor, stores: Stores, source: CatalogSource, rooms: Rooms, outside: Outside
) -> DeploymentRoom:
    catalog, clock, providers = source.current, floor.clock, outside.providers
    store = Store(stores.database, floor.workspace)
    tell = DeploymentStory(floor.workspace, catalog, Links(outside.sources, catalog), waits=outside.trials.follow)
    effects = and_overtakes(due_marks if outside.marked else no_effects)
    records = Records(store, clock, tell=tell, catalog=catalog, wake=rooms.wake, effects=effects)
    leases = LedgerLeases(rooms.reservations, catalog, clock)
    health = HttpHealth(outside.moved)
    floor.life.on_stop("health addresses", health.close)
    presence = Presence(health, catalog)
    cases = KnownCases(CaseStore(stores.database, floor.workspace))
    deployments = Deployments(records, leases, providers, catalog, clock, presence=presence, cases=cases)
    continuity = TraceContinuity(outside.sources.traces[-1])
    watching = Watching(health, outside.sources, continuity, catalog=catalog, clock=clock)
    starting = Starting(records, deployments, providers, catalog=catalog, clock=clock)
    rules = Rules(records, deployments, outside.gates, catalog=catalog, clock=clock)
    following = Following(
        records,
        deployments,
        leases,
        providers,
        watching,
        starting=starting,
        rules=rules,
        presence=presence,
        trials=outside.trials,
        catalog=catalog,
        clock=clock,
    )
    attendance = Attendance(stores.database, floor.workspace, clock)
    unannounced = UnannouncedRuns(records, deployments, providers, presence, attendance, catalog=catalog, clock=clock)
    sightings = Sightings(
        records,
        leases,
        providers,
        health,
        voices=outside.voices,
        runs=unannounced,
        attendance=attendance,
        catalog=catalog,
        clock=clock,
    )
    outages = Outages(records, leases, catalog=catalog, clock=clock)
    marking = Marking(store, outside.marked, catalog=catalog, clock=clock, root=outside.public_url)
    hints = Hints(records, rules, catalog=catalog, clock=clock)
    statuses = BuildStatuses(store, providers, catalog=catalog)
    confirmations = Confirmations(records, catalog)
    watched = (sightings, outages, unannounced)
    return DeploymentRoom(deployments, following, *watched, marking, hints, statuses, rules, confirmations)


def and_overtakes(marks: Effects) -> Effects:
    """What it puts in place may repair what an earlier diagnosis would have rolled back."""

    def effects(before: Deployment | None, after: Deployment) -> list[Job]:
        done = after.stage is Stage.SUCCEEDED and (before is None or before.stage is not Stage.SUCCEEDED)
        overtaking = [placed(after.id, after.target.environment, after.target.service)] if done else []
        return [*marks(before, after), *overtaking]

    return effects
