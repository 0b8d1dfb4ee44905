"""Who is heard, by the names that people know: those of the catalog."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.catalog import Catalog
from bot.telemetry.names import Naming, naming_of
from bot.telemetry.queries import Heard, StoredTelemetry


@dataclass(frozen=True, slots=True)
class Hearing:
    """names: under which something is sent. known: what is heard, by the names of the catalog."""

    naming: Naming
    names: frozenset[str]
    known: tuple[Heard, ...]

    def sent_as(self, services: Iterable[str]) -> tuple[str, ...]:
        """Under what they send, by whatever names they are asked for."""
        return self.naming.sent_as(services, self.names)


async def hearing(stored: StoredTelemetry, catalog: Catalog) -> Hearing:
    """Raises Unavailable."""
    naming, heard = naming_of(catalog), await stored.heard()
    known = tuple(replace(each, service=naming.known_as(each.service)) for each in heard)
    return Hearing(naming, frozenset(each.service for each in heard), known)
