"""Services that send under a name nobody knows. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from bot.catalog.values import Catalog


def strangers(names: Iterable[str], catalog: Catalog) -> tuple[str, ...]:
    """Those that are no service of the catalog and no alias of one, whatever the letter case."""
    known = {name for service in catalog.services.values() for name in _names(service.name, service.aliases.values())}
    return tuple(sorted(name for name in names if name.casefold() not in known))


def _names(name: str, aliases: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return (each.casefold() for each in (name, *(alias for some in aliases for alias in some)))
