"""What is asked back, because a line says too little or can be read in several ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.grammar.targets import AnyOf, Target

ModeWord = Literal["exclusive", "shared"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `label` is what it says (75 characters at most), `line` what to read instead of what was typed."""

    label: str
    line: str


@dataclass(frozen=True, slots=True)
class NeedsDuration:
    """Everything is clear but for how long. The reason is kept."""

    target: Target | AnyOf
    mode: ModeWord
    reason: str
    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class NeedsTarget:
    """Which environment, or which environment's service."""

    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The line can be read in several ways."""

    question: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class NeedsReason:
    """Everything is clear but why. `line` is what was typed, as it was read: with a reason behind it, it is whole."""

    verb: str
    target: Target
    question: str
    line: str
