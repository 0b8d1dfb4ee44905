"""What this room needs of others: a small Protocol that bootstrap fulfils."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlmodel import Session

from bot.cases.timeline import Moment
from bot.cases.values import Case
from bot.failures.situation import Deployed, Probe
from bot.ports.telemetry import Window


class Surroundings(Protocol):
    """What is known of an environment. Asked in the transaction that ends a run, so nothing is waited for."""

    def deployed(self, session: Session, environment: str, since: datetime) -> tuple[Deployed, ...]:
        """What came there, or was on its way, since then; the oldest first."""
        ...

    def probes(self, session: Session, environment: str) -> tuple[Probe, ...]:
        """Services that are watched."""
        ...


class Happenings(Protocol):
    """What is written down of an environment: deployments, changes of health, and runs."""

    def __call__(self, session: Session, case: Case, window: Window) -> Sequence[Moment]: ...


class Holdings(Protocol):
    async def __call__(self, environment: str, window: Window) -> Sequence[Moment]:
        """Who held what of it then: since when, and until when. Raises Unavailable."""
        ...
