"""What a line of /env means. A change is definite; what reads in two ways is asked back, with lines to choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.grammar.targets import Target

ModeWord = Literal["exclusive", "shared"]


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """All environments."""


@dataclass(frozen=True, slots=True)
class ShowTarget:
    """One environment's card. Looking never changes anything."""

    target: Target


@dataclass(frozen=True, slots=True)
class Reserve:
    """`length` counts from now, also when an end was named: then `until` (UTC) is that end.

    reading: the line that says the same beyond doubt, to echo and to edit.
    """

    target: Target
    mode: ModeWord
    length: timedelta
    until: datetime | None
    reason: str
    reading: str


@dataclass(frozen=True, slots=True)
class Release:
    """No target: what I hold. `everything`: all that I hold."""

    target: Target | None
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Extend:
    """By `length` from the present end, or to `until` (UTC). Neither: by the default. No target: what I hold."""

    target: Target | None
    length: timedelta | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits, for `target` or anywhere."""

    target: Target | None


@dataclass(frozen=True, slots=True)
class Leave:
    """Give up my place. No target: the one place I have."""

    target: Target | None


@dataclass(frozen=True, slots=True)
class Log:
    """What happened, to `target` or anywhere."""

    target: Target | None


@dataclass(frozen=True, slots=True)
class Help:
    """`topic` is a verb, or None for all of it."""

    topic: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: `label` is what it says (75 characters at most), `line` what to read instead of what was typed."""

    label: str
    line: str


@dataclass(frozen=True, slots=True)
class NeedsDuration:
    """Everything is clear but for how long. The reason is kept."""

    target: Target
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


Ask = NeedsDuration | NeedsTarget | Ambiguous
Mutation = Reserve | Release | Extend | Leave
EnvCommand = ShowBoard | ShowTarget | Queue | Log | Help | Mutation | Ask
