"""What has happened to a place, whoever holds it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reservations.places import Condition, FreezeWindow
from bot.reservations.values import Scope


@dataclass(frozen=True, slots=True)
class ConditionSet:
    condition: Condition


@dataclass(frozen=True, slots=True)
class ConditionCleared:
    scope: Scope
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class EnvironmentFrozen:
    """Somebody has frozen it, from now or from `window.start` on."""

    window: FreezeWindow


@dataclass(frozen=True, slots=True)
class FreezesPlanned:
    """The catalog's freezes of an environment for the next days: they take the place of those planned before."""

    environment: str
    windows: tuple[FreezeWindow, ...]


@dataclass(frozen=True, slots=True)
class FreezeBegan:
    environment: str
    window_id: str


@dataclass(frozen=True, slots=True)
class FreezeEnded:
    environment: str
    window_id: str


@dataclass(frozen=True, slots=True)
class FreezeLifted:
    """Somebody has thawed it before its end."""

    environment: str
    window_id: str
    by: str
