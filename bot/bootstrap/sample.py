"""The sample shop, beside the sample catalog, and the people who use it first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog

from bot.bootstrap.floor import Floor
from bot.bootstrap.opening.play import Opening, World, can_be_played
from bot.catalog import CatalogSource
from bot.runtime.sample import SampleShop, lies_there, package_beside, why_absent
from bot.settings import Sample
from bot.suites.values import SuiteRun

log = structlog.get_logger(__name__)

STOPPED = "the sample shop was stopped with Signalbox while it ran"

PLAYS = "The sample people are playing an opening in the workspace; type whenever you like."


@dataclass(slots=True)
class SampleEnvironment:
    """What of it there is. opening: once it is known in what it is played, if it is wanted. since: when this process
    began.
    """

    floor: Floor
    source: CatalogSource
    since: datetime
    shop: SampleShop | None = None
    opening: Opening | None = None

    def start(self, telemetry: str) -> None:
        """Let it start beside us. Signalbox does not wait for it, and runs without it as well."""
        life = self.floor.life
        if self.shop is not None and self.floor.parts.workspace:
            life.on_stop("sample shop", self.shop.stop)
            life.run("sample shop", partial(self.shop.run, telemetry))
            if self.opening is not None:
                life.run("sample opening", self.opening.run)

    def prepare_opening(self, workspace: str, world: World) -> None:
        """workspace: the address of the local one; empty where there is none."""
        wanted = self.floor.settings.sample_opening is not Sample.OFF
        if self.shop is not None and workspace and wanted and can_be_played(world.catalog()):
            self.opening = Opening(workspace, world, self.floor.data / "sample" / "opening")

    def interrupted(self, run: SuiteRun) -> str:
        """Implements Interrupted of bot.suites.needs: a run on this machine goes on when Signalbox ends, and the shop
        that it tests does not.
        """
        ours = self.shop is not None and self.floor.parts.workspace
        before = run.started_at is not None and run.started_at < self.since
        return STOPPED if ours and before and lies_there(self.source.current(), run.environment) else ""

    def notes(self) -> Iterator[str]:
        """What whoever looks at the start page should know of it."""
        if self.opening is not None and self.opening.plays:
            yield PLAYS
        if self.shop is not None and self.shop.trouble:
            yield self.shop.trouble
        if why := _why_absent(self.floor, self.source):
            yield " ".join(why)


async def open_sample(floor: Floor, source: CatalogSource) -> SampleEnvironment:
    """With the shop, if it lies beside the catalog and is wanted; it need not run yet."""
    package, folder = package_beside(source.path), floor.data / "sample"
    if package is None or floor.settings.sample is Sample.OFF:
        if why := _why_absent(floor, source):
            log.warning("the sample shop does not run", why=" ".join(why))
        return SampleEnvironment(floor, source, floor.clock.now())
    shop = await SampleShop.at(package, folder) if floor.parts.workspace else SampleShop.of(package, folder)
    return SampleEnvironment(floor, source, floor.clock.now(), shop)


def _why_absent(floor: Floor, source: CatalogSource) -> tuple[str, str] | None:
    return why_absent(source.path, source.current(), off=floor.settings.sample is Sample.OFF)
