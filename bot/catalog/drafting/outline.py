"""What a draft says, before it becomes text. `because` are files, or sentences, for the comments."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.catalog.drafting.names import first_free
from bot.catalog.drafting.sources import Misread


@dataclass(frozen=True, slots=True)
class DraftedService:
    """Like bot.catalog.Service. `kubernetes`: what the cluster calls it, if something else. `notes` are sentences."""

    name: str
    description: str = ""
    repository: str = ""
    openapi: str = ""
    owners: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    kubernetes: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftedEnvironment:
    """`announce` is `#name` or empty. `services` are names; None: all there are. guessed: nothing speaks of it."""

    name: str
    announce: str = ""
    services: tuple[str, ...] | None = None
    because: tuple[str, ...] = ()
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class DraftedTeam:
    name: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """origin: where it comes from, for the first line. left_out: what is no service, each with the reason."""

    origin: str
    environments: tuple[DraftedEnvironment, ...] = ()
    services: tuple[DraftedService, ...] = ()
    teams: tuple[DraftedTeam, ...] = ()
    timezone: str = ""
    aside: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    misread: tuple[Misread, ...] = ()
    api_files: int = 0
    api_unplaced: tuple[str, ...] = field(default=())

    def in_environments(self, environments: tuple[DraftedEnvironment, ...]) -> Outline:
        """The same with these environments; a service that has the name of one is renamed, since both are typed."""
        taken = {each.name.casefold() for each in environments}
        names = {each.name for each in self.services}
        renamed = {name: _beside(name, names | taken) for name in sorted(names) if name.casefold() in taken}
        services = tuple(_renamed(each, renamed) for each in self.services)
        return replace(self, environments=environments, services=services)


def _beside(name: str, taken: set[str]) -> str:
    return first_free(f"{name[:50]}-service", taken)


def _renamed(service: DraftedService, renamed: dict[str, str]) -> DraftedService:
    depends_on = tuple(renamed.get(name, name) for name in service.depends_on)
    if service.name not in renamed:
        return replace(service, depends_on=depends_on)
    note = f"Called {service.name} there; that is an environment here."
    name = renamed[service.name]
    return replace(service, name=name, depends_on=depends_on, notes=(*service.notes, note))
