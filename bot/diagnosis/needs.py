"""What this room needs of others: small Protocols that bootstrap fulfils."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.diagnosis.asking import Question
from bot.diagnosis.values import Explanation, Findings, Gathered


class Gather(Protocol):
    """The evidence, from all sources at once, within a deadline."""

    async def __call__(self, question: Question) -> Gathered:
        """A source that is slow or away is named in what comes back, and never raises."""
        ...


class Narrate(Protocol):
    """The explanation in better words."""

    async def __call__(
        self, findings: Findings, plain: Explanation, progress: Callable[[str], None] | None = None
    ) -> Explanation:
        """plain: what the numbers say. Whatever goes wrong, that comes back, with a remark that says so; never raises.

        progress: told what is looked at, in a few words.
        """
        ...


class Questions(Protocol):
    """From what somebody points at to a question. Raises NotFound, UsageError, Unavailable."""

    async def of_case(self, case: str) -> list[Question]:
        """One for each cause that is still to be explained, the one that most tests broke of first."""
        ...

    async def of_run(self, run: str) -> list[Question]:
        """By its id. A run that met a case asks about that."""
        ...

    async def of_trace(self, trace_id: str, environment: str = "") -> Question: ...

    async def of_service(self, service: str, environment: str, minutes: int, *, ago: int = 0) -> Question:
        """The last so many minutes of it, against those before. ago: minutes since that stretch ended."""
        ...
