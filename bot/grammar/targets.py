"""What can be reserved, as the grammar needs to know it: values of its own, so that it stands beside the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Resource:
    """An account, tenant or device of an environment. Labels are what `any:` picks by."""

    name: str
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Place:
    """An environment: its parts, the longest lease it allows, the length that is offered first, and its own labels."""

    name: str
    services: tuple[str, ...] = ()
    maximum: timedelta = timedelta(hours=8)
    default: timedelta = timedelta(hours=1)
    labels: frozenset[str] = frozenset()
    resources: tuple[Resource, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """An environment, or some of its services, or some of its resources alone. Names are as the catalog writes them."""

    environment: str
    services: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = self.resources or self.services
        return f"{self.environment}/{','.join(parts)}" if parts else self.environment


@dataclass(frozen=True, slots=True)
class AnyOf:
    """So many of `candidates`: whole environments, then `quantity` is 1; or single resources of one environment.

    word: how it is typed so that nothing else can be meant, without the quantity.
    """

    label: str
    quantity: int
    candidates: tuple[Target, ...]
    word: str = field(default="", compare=False)

    def __str__(self) -> str:
        word = self.word or f"any:{self.label}"
        return f"{word} x{self.quantity}" if self.quantity > 1 else word


Wanted = Target | AnyOf


@dataclass(frozen=True, slots=True)
class Found:
    """One or several things that the text up to `end` may mean."""

    targets: tuple[Wanted, ...]
    end: int


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a lease may be, how long it is unless somebody says otherwise, and whose limits these are."""

    maximum: timedelta
    default: timedelta
    whose: str
