"""Lines that are written so that nothing else can be read, and the buttons that stand for them."""

from __future__ import annotations

from dataclasses import dataclass

from bot.grammar import normalise
from bot.grammar.commands import PriorityWord
from bot.grammar.questions import Choice, ModeWord, NeedsTarget
from bot.grammar.targets import Wanted

LONGEST_LABEL = 75


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a line in the order in which they are written; `start` and `when` as they are typed."""

    verb: str
    target: Wanted | None
    mode: ModeWord = "exclusive"
    priority: PriorityWord | None = None
    start: str = ""
    when: str = ""
    reason: str = ""

    def line(self) -> str:
        return _joined(self.verb, *self._middle(), normalise.quoted(normalise.reason(self.reason)))

    def choice(self, label: str = "") -> Choice:
        said = normalise.reason(self.reason)
        verb = "" if self.verb == "reserve" else self.verb
        return choice(label or _joined(verb, *self._middle(), said and f"“{said}”"), self.line())

    def _middle(self) -> tuple[str, ...]:
        shared = "shared" if self.mode == "shared" else ""
        return str(self.target or ""), self.priority or "", shared, self.start, self.when


def choice(label: str, line: str) -> Choice:
    return Choice(label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…", line)


def which_target(verb: str, targets: tuple[Wanted, ...], rest: str) -> NeedsTarget:
    """One line for each target; what else was typed stays as it was."""
    choices = tuple(choice(str(target), _joined(verb, str(target), rest[:400])) for target in targets)
    return NeedsTarget("Which one?", choices)


def _joined(*words: str) -> str:
    return " ".join(filter(None, words))
