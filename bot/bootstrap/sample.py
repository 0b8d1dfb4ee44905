"""The sample shop, beside the sample catalog."""

from __future__ import annotations

from pathlib import Path

from bot.bootstrap.floor import Floor
from bot.runtime.sample import SampleShop, lies_beside
from bot.settings import Sample


def start_sample(floor: Floor, catalog: Path, *, telemetry: str) -> None:
    """Let it start beside us, if it is wanted. Signalbox does not wait for it, and runs without it as well."""
    if floor.settings.sample is Sample.OFF or not lies_beside(catalog):
        return
    shop = SampleShop(catalog.resolve().parent, floor.data / "sample", otlp=telemetry)
    floor.life.on_stop("sample shop", shop.stop)
    floor.life.run("sample shop", shop.run)
