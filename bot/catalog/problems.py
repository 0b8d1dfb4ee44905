"""What is wrong with a catalog, and where: file, line and fix."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import SignalboxError
from bot.plurals import counted


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """`line` counts from 1. `what` and `fix` are whole sentences."""

    file: str
    line: int
    what: str
    fix: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} {self.fix}".rstrip()


class BadCatalog(SignalboxError):
    """The catalog cannot be used. `problems` are all of them, in the order of the file."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = counted(len(problems), "problem")
        super().__init__("\n".join([f"The catalog has {count}:", *map(str, problems)]))
