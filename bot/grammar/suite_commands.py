"""What a line of /suite means. Whatever starts a run names a suite and an environment beyond doubt.

Names are as the catalog writes them. Every change carries its `reading`: the line that says the same, to echo and to
repeat.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.grammar.questions import Ambiguous, NeedsTarget


@dataclass(frozen=True, slots=True)
class Which:
    """A run: by its number, its id, a part of its address, or as the latest of a suite; with none of them, mine."""

    number: int = 0
    id: str = ""
    address: str = ""
    suite: str = ""

    def __str__(self) -> str:
        """As it is typed."""
        return f"#{self.number}" if self.number else self.id or self.address or self.suite


@dataclass(frozen=True, slots=True)
class Run:
    """ref: the branch of the tests, where one was named. parameters: as typed."""

    suite: str
    environment: str
    ref: str
    parameters: tuple[tuple[str, str], ...]
    reading: str


@dataclass(frozen=True, slots=True)
class RunForm:
    """`run`, and nothing else: a form asks for the rest."""


@dataclass(frozen=True, slots=True)
class Retry:
    """failed: only the tests that failed."""

    which: Which
    failed: bool
    reading: str


@dataclass(frozen=True, slots=True)
class Status:
    which: Which


@dataclass(frozen=True, slots=True)
class Cancel:
    which: Which
    reading: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Every suite, when it runs by itself, and how it ran last."""


@dataclass(frozen=True, slots=True)
class Cases:
    """What is broken now, and what was lately."""


@dataclass(frozen=True, slots=True)
class Flaky:
    """Tests that fail and pass without a change; of one suite, or with none named of all."""

    suite: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """What people said of causes and tests."""


@dataclass(frozen=True, slots=True)
class UndoRule:
    """What was said by that rule holds no more."""

    id: str
    reading: str


@dataclass(frozen=True, slots=True)
class Diagnose:
    """Whose service it is: one of a run, a case, a trace, or a service in that environment.

    minutes: so much of it, which ended so many minutes `ago`.
    """

    which: Which | None = None
    case: str = ""
    trace: str = ""
    service: str = ""
    environment: str = ""
    minutes: int = 0
    ago: int = 0
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """`topic` is a verb, or None for all of it."""

    topic: str | None


Ask = NeedsTarget | Ambiguous
Mutation = Run | Retry | Cancel | UndoRule
Reading = RunForm | Status | Plan | Cases | Flaky | Rules | Diagnose | Help
SuiteCommand = Reading | Mutation | Ask
