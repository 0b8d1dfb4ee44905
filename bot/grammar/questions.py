"""What is asked back, because a line says too little or can be read in several ways."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.errors import UsageError
from bot.grammar.targets import AnyOf, Target

ModeWord = Literal["exclusive", "shared"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `label` is what it says (75 characters at most), `line` what to read instead of what was typed."""

    label: str
    line: str


@dataclass(frozen=True, slots=True)
class Blank:
    """What is known already of a line that is to be filled in as a form.

    target, when, reason: as typed, or empty. start: of what is planned, aware UTC. to: a Slack user id.
    lease: the one that it is about, by id.
    """

    verb: str
    target: str = ""
    mode: ModeWord = "exclusive"
    when: str = ""
    start: datetime | None = None
    reason: str = ""
    to: str = ""
    lease: str = ""


@dataclass(frozen=True, slots=True)
class NeedsDuration:
    """Everything is clear but for how long. The reason is kept."""

    target: Target | AnyOf
    mode: ModeWord
    reason: str
    question: str
    choices: tuple[Choice, ...]
    blank: Blank | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NeedsTarget:
    """Which environment, or which environment's service. blank: the rest of the line, where nothing is named."""

    question: str
    choices: tuple[Choice, ...]
    blank: Blank | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """Everything may be clear but to whom it is to be given."""

    question: str
    blank: Blank
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The line can be read in several ways."""

    question: str
    choices: tuple[Choice, ...]


class Unsaid(UsageError):
    """Something is missing that has no likely value. `blank` is what was said."""

    def __init__(self, user_message: str, blank: Blank, *, usage: str, suggestions: tuple[str, ...]) -> None:
        super().__init__(user_message, usage=usage, suggestions=suggestions)
        self.blank = blank


@dataclass(frozen=True, slots=True)
class NeedsReason:
    """Everything is clear but why. `line` is what was typed, as it was read: with a reason behind it, it is whole."""

    verb: str
    target: Target
    question: str
    line: str
