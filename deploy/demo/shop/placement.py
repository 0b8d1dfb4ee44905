"""Where a service runs, and as what: all that its process is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from shop.changelog import CHANGELOG
from shop.releases import Release, Trait


@dataclass(frozen=True, slots=True)
class Placement:
    """One service in one environment. neighbours: the addresses of what it calls, as far as they run there.

    data: the folder of its database. otlp: where telemetry goes, empty for nowhere.
    """

    environment: str
    service: str
    version: str
    port: int
    data: Path
    neighbours: Mapping[str, str] = field(default_factory=dict[str, str])
    otlp: str = ""

    @property
    def release(self) -> Release:
        return CHANGELOG[self.service][self.version]

    def does(self, trait: Trait) -> bool:
        return trait in self.release.traits


def begin(placement: Placement, ready: Connection) -> None:
    """Become that service. What it needs is loaded here, so that whoever starts it need not."""
    from shop.process import serve  # noqa: PLC0415 - see above

    serve(placement, ready)
