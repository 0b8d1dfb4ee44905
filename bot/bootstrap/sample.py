"""The sample shop, beside the sample catalog."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from bot.bootstrap.floor import Floor
from bot.runtime.sample import SampleShop, package_beside
from bot.settings import Sample


async def shop_of(floor: Floor, catalog: Path) -> SampleShop | None:
    """The sample shop, if it lies beside the catalog and is wanted; it need not run yet."""
    package, folder = package_beside(catalog), floor.data / "sample"
    if package is None or floor.settings.sample is Sample.OFF:
        return None
    return await SampleShop.at(package, folder) if floor.parts.workspace else SampleShop(package, folder)


def start_sample(floor: Floor, shop: SampleShop, *, telemetry: str) -> None:
    """Let it start beside us. Signalbox does not wait for it, and runs without it as well."""
    floor.life.on_stop("sample shop", shop.stop)
    floor.life.run("sample shop", partial(shop.run, telemetry))
