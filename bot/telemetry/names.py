"""Names of services: under which they send, and which the catalog has for them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.catalog.values import Catalog
from bot.ports.telemetry import LogLine, Span

Item = TypeVar("Item", LogLine, Span)

OTEL = "otel"
"""What sends here bears the name that OpenTelemetry's libraries are given."""

SENT_AS = "service.name"
"""The attribute that tells it (OpenTelemetry, semantic conventions of resources)."""


@dataclass(frozen=True, slots=True)
class Naming:
    """known: by the names under which services send, in lower case, those of the catalog."""

    known: Mapping[str, str]

    def known_as(self, name: str) -> str:
        """Itself, where the catalog has no other."""
        return self.known.get(name.casefold(), name)

    def all_known_as(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self.known_as, names)))

    def sent_as(self, names: Iterable[str], heard: Iterable[str]) -> tuple[str, ...]:
        """Under what they send, of what is `heard`, by any name of theirs; one that is not heard stays as it is."""
        meant, sent = self.all_known_as(names), sorted(set(heard))
        return tuple(each for name in meant for each in ([one for one in sent if self.known_as(one) == name] or [name]))

    def told(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """By the names of the catalog; what they were sent as, where that is another, is an attribute."""
        return tuple(map(self._told, items))

    def _told(self, item: Item) -> Item:
        name = self.known_as(item.service)
        if name == item.service:
            return item
        return replace(item, service=name, attributes={SENT_AS: item.service, **item.attributes})

    def others(self, heard: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """By names of the catalog, under which others they send."""
        found: dict[str, tuple[str, ...]] = {}
        for name in sorted(set(heard)):
            if (known := self.known_as(name)) != name:
                found[known] = (*found.get(known, ()), name)
        return found


def naming_of(catalog: Catalog) -> Naming:
    """An alias of OpenTelemetry comes before a name of the catalog, and that before aliases of other sources."""
    services: Sequence[tuple[str, Mapping[str, tuple[str, ...]]]] = [
        (each.name, each.aliases) for each in catalog.services.values()
    ]
    elsewhere = {alias: name for name, aliases in services for some in aliases.values() for alias in some}
    sent = {alias: name for name, aliases in services for alias in aliases.get(OTEL, ())}
    found = elsewhere | {name: name for name, _ in services} | sent
    return Naming({name.casefold(): known for name, known in found.items()})


def strangers(names: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    """Those that are no service of the catalog and no alias of one, whatever the letter case."""
    known = naming_of(catalog).known
    return tuple(sorted(name for name in names if name.casefold() not in known))
