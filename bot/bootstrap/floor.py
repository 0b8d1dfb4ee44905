"""What every layer stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.notices.budgets import CHANNEL, WORKSPACE, Rate
from bot.notices.delivery import Pace
from bot.reservations.ledger import LedgerClock
from bot.runtime.processes import Lifecycle
from bot.runtime.redis import Keys
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """What this process runs. embedded: it may start a Valkey of its own; else it only adopts one that runs."""

    web: bool = True
    worker: bool = True
    workspace: bool = True
    embedded: bool = True


@dataclass(frozen=True, slots=True)
class Tempo:
    """How quickly messages follow each other: one card's edits, and calls of a method in all and per channel."""

    pace: Pace
    workspace: Mapping[str, Rate]
    channel: Mapping[str, Rate]


SLACKS = Tempo(Pace(), WORKSPACE, CHANNEL)
"""What Slack bears."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What every layer stands on."""

    settings: Settings
    parts: Parts
    data: Path
    life: Lifecycle
    keys: Keys
    clock: LedgerClock
    tempo: Tempo = SLACKS

    @property
    def workspace(self) -> str:
        return self.settings.workspace_id
