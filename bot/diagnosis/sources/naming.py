"""Names of services: those of one source, and what the catalog calls them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.catalog.values import Catalog


@dataclass(frozen=True, slots=True)
class Names:
    """told: by service, what the source calls it. known: the other way round, in lower case. closed: those are all that
    may be the answer.
    """

    told: Mapping[str, tuple[str, ...]]
    known: Mapping[str, str]
    closed: bool = True

    def of(self, name: str) -> str:
        """What the catalog calls it; empty where it is none of those that are asked about."""
        return self.known.get(name.casefold(), "" if self.closed else name)

    @property
    def asked(self) -> tuple[str, ...]:
        """All names of all services, as the source has them."""
        return tuple(name for names in self.told.values() for name in names)


def names_of(catalog: Catalog, services: Sequence[str], source: str) -> Names:
    """services: none means whatever the source has. What a source has under a service's own name is that service's, as
    long as nobody else is called so.
    """
    known = {name: catalog.services.get(name.casefold()) for name in services}
    told = {name: each.names(source) if each else (name,) for name, each in known.items()}
    own = {name.casefold(): name for name in services}
    return Names(told, own | {each.casefold(): name for name, names in told.items() for each in names}, bool(services))
