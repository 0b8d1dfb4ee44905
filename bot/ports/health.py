"""Health addresses of services: is it well, and which version is it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Probe:
    """What a health address said. version: as far as it says one; detail: why it is not well."""

    well: bool
    version: str = ""
    detail: str = ""


class HealthProbe(Protocol):
    async def look(self, url: str) -> Probe:
        """Never raises: an address that cannot be reached is not well."""
        ...
