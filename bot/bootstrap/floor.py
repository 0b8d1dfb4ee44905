"""What every layer stands on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

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
class Floor:
    """What every layer stands on."""

    settings: Settings
    parts: Parts
    data: Path
    life: Lifecycle
    keys: Keys
    clock: LedgerClock

    @property
    def workspace(self) -> str:
        return self.settings.workspace_id
