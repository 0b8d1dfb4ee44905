"""Which services have to do with each other, by what each needs."""

from __future__ import annotations

from collections.abc import Callable

from bot.catalog.values import Catalog


def apart_from(catalog: Catalog, service: str) -> tuple[str, ...]:
    """The services that neither need it nor are needed by it, through others included."""
    near = {service} | _reached(service, catalog.callers_of) | asked_by(catalog, service)
    return tuple(each.name for each in catalog.services.values() if each.name not in near)


def asked_by(catalog: Catalog, service: str) -> set[str]:
    """The services that it needs, through others included."""
    return _reached(service, lambda name: catalog.service(name).depends_on)


def _reached(start: str, step: Callable[[str], tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = [name for name in step(ahead.pop()) if name not in found]
        found.update(new)
        ahead += new
    return found
