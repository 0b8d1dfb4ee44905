"""The room of deployments, and what it needs of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.bootstrap.floor import Floor
from bot.bootstrap.leases import LedgerLeases
from bot.bootstrap.rooms import Rooms
from bot.bootstrap.sources import Metrics
from bot.bootstrap.stores import Stores
from bot.catalog import CatalogSource
from bot.deployments.following import Following
from bot.deployments.needs import Providers, Voices
from bot.deployments.outages import Outages
from bot.deployments.records import Records
from bot.deployments.service import Deployments
from bot.deployments.sightings import Sightings
from bot.deployments.store import Store
from bot.deployments.watch import Watching
from bot.reactions.deployments import DeploymentStory
from integrations.health import HttpHealth


@dataclass(frozen=True, slots=True)
class DeploymentRoom:
    deployments: Deployments
    following: Following
    sightings: Sightings
    outages: Outages


@dataclass(frozen=True, slots=True)
class Outside:
    """Whom the room asks. voices: who tells its version in telemetry. moved: health addresses, as HttpHealth has it."""

    providers: Providers
    metrics: Metrics
    voices: Voices
    moved: Mapping[str, str] = field(default_factory=dict[str, str])


def open_deployments(
    floor: Floor, stores: Stores, source: CatalogSource, rooms: Rooms, outside: Outside
) -> DeploymentRoom:
    catalog, clock, providers, metrics = source.current, floor.clock, outside.providers, outside.metrics
    store = Store(stores.database, floor.workspace)
    records = Records(store, clock, tell=DeploymentStory(floor.workspace, catalog), catalog=catalog, wake=rooms.wake)
    leases = LedgerLeases(rooms.reservations, catalog, clock)
    health = HttpHealth(outside.moved)
    floor.life.on_stop("health addresses", health.close)
    deployments = Deployments(records, leases, providers, catalog, clock)
    watching = Watching(health, metrics.source, providers, catalog=catalog, clock=clock, source=metrics.names)
    following = Following(records, deployments, leases, providers, watching, catalog=catalog, clock=clock)
    sightings = Sightings(
        records,
        leases,
        providers,
        health,
        voices=outside.voices,
        workspace=floor.workspace,
        catalog=catalog,
        clock=clock,
    )
    outages = Outages(records, leases, catalog=catalog, clock=clock)
    return DeploymentRoom(deployments, following, sightings, outages)
