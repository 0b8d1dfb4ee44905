"""Which services have to do with each other, by what each needs."""

from __future__ import annotations

from collections.abc import Callable

from bot.catalog.values import Catalog


def apart_from(catalog: Catalog, service: str) -> tuple[str, ...]:
    """The services that neither need it nor are needed by it, through others included."""

    def needed_by(name: str) -> tuple[str, ...]:
        return catalog.service(name).depends_on

    near = {service} | _reached(service, catalog.callers_of) | _reached(service, needed_by)
    return tuple(each.name for each in catalog.services.values() if each.name not in near)


def _reached(start: str, step: Callable[[str], tuple[str, ...]]) -> set[str]:
    found: set[str] = set()
    ahead = [start]
    while ahead:
        new = [name for name in step(ahead.pop()) if name not in found]
        found.update(new)
        ahead += new
    return found
