"""The sample shop, beside the sample catalog."""

from __future__ import annotations

from pathlib import Path

from bot.bootstrap.floor import Floor
from bot.runtime.sample import SampleShop, lies_beside
from bot.settings import Sample


def shop_of(floor: Floor, catalog: Path) -> Path | None:
    """The folder of the sample shop's package, if it lies beside the catalog and is wanted."""
    wanted = floor.settings.sample is not Sample.OFF and lies_beside(catalog)
    return catalog.resolve().parent if wanted else None


def start_sample(floor: Floor, package: Path | None, *, telemetry: str) -> None:
    """Let it start beside us, if it is wanted. Signalbox does not wait for it, and runs without it as well."""
    if package is None:
        return
    shop = SampleShop(package, floor.data / "sample", otlp=telemetry)
    floor.life.on_stop("sample shop", shop.stop)
    floor.life.run("sample shop", shop.run)
