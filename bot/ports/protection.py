"""A vendor that holds a run back before it deploys, and asks whether it may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.ports.pipelines import RunState

Verdict = Literal["approved", "rejected", ""]
"""`""` says something without deciding."""


@dataclass(frozen=True, slots=True)
class HeldRun:
    """A run that waits for an answer. environment: as the vendor calls it. deployment: the vendor's id of it; a run
    that is run again has another. ref: the commit. login: whoever set it off. url: its page.
    """

    provider: str
    delivery: str
    repository: str
    environment: str
    run: str
    deployment: str
    ref: str
    login: str = ""
    url: str = ""


class RunGates(Protocol):
    """Every call raises IntegrationError, VendorBusy and OutcomeUnknown as Pipelines do."""

    async def answer(self, held: HeldRun, verdict: Verdict, comment: str) -> None:
        """An answer to what was answered before, or waits no more, changes nothing and raises nothing."""
        ...

    async def state(self, held: HeldRun) -> RunState:
        """WAITING until it is answered, then how its deployment goes. CANCELLED when its run ended without one."""
        ...
