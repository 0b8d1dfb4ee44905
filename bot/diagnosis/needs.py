"""What this room needs of others: small Protocols that bootstrap fulfils."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlmodel import Session

from bot.diagnosis.asking import Question
from bot.diagnosis.model import Step
from bot.diagnosis.values import Diagnosis, Explanation, Findings, Gathered
from bot.notices.model import Envelope
from bot.ports.pipelines import Comparison, Diff


class Gather(Protocol):
    """The evidence, from all sources at once, within a deadline."""

    async def __call__(self, question: Question) -> Gathered:
        """A source that is slow or away is named in what comes back, and never raises."""
        ...


class Repositories(Protocol):
    """What is known of a service's commits. Calls raise NotFound, NotSupported, IntegrationError."""

    def keeper(self, service: str) -> str:
        """Who keeps them, as people know it; empty where nobody does."""
        ...

    async def compared(self, service: str, base: str, head: str) -> Comparison: ...

    async def diff(self, service: str, commit: str) -> Diff: ...


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


class Explain(Protocol):
    """What the numbers say, in words."""

    def __call__(self, findings: Findings) -> Explanation: ...


class Cases(Protocol):
    """Cases as a diagnosis changes them, in the transaction that changes the diagnosis."""

    def hold(self, session: Session, case: str) -> None:
        """Nobody else changes it, nor what is known of its causes, until the transaction ends."""
        ...

    def point(self, session: Session, diagnosis: Diagnosis) -> None:
        """The message of its case shows what the evidence points to, or no longer does."""
        ...

    def move(self, session: Session, case: str, cause: str, service: str, by: str) -> bool:
        """A person says that it comes from there. False when that was known, or nothing can be moved."""
        ...

    def move_back(self, session: Session, case: str, cause: str, service: str, by: str) -> None:
        """That was taken back. Nothing when it has been moved on from there meanwhile."""
        ...

    def overtaken(self, session: Session, diagnosis: Diagnosis) -> bool:
        """Its case is over, or something else was put in place of the service that is its answer, since the last
        deployment that it knows.
        """
        ...

    def mentioned(self, session: Session, case: str, service: str) -> tuple[str, ...]:
        """Whoever looks after the service and was called when the case opened: people and groups, by their ids. Nobody
        else is called in that case until the transaction ends.
        """
        ...


class Owners(Protocol):
    def __call__(self, service: str) -> tuple[str, ...]:
        """Whoever looks after it: people and groups, by their Slack ids."""
        ...


class Story(Protocol):
    def __call__(self, step: Step, called: Sequence[str] = ()) -> Sequence[Envelope]:
        """What follows from a change. called: whom to mention because of it."""
        ...
