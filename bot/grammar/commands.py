"""What a line of /env means. A change is definite; what reads in two ways is asked back, with lines to choose.

Times are aware UTC. Every change carries its `reading`: the line that says the same beyond doubt, to echo and to edit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.grammar.questions import Ambiguous, ModeWord, NeedsDuration, NeedsPerson, NeedsReason, NeedsTarget
from bot.grammar.targets import AnyOf, Target

PriorityWord = Literal["incident", "hotfix"]
ConditionWord = Literal["down", "degraded", "ok"]

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ShowBoard:
    """All environments."""


@dataclass(frozen=True, slots=True)
class ShowTarget:
    """One environment's card. Looking never changes anything."""

    target: Target


@dataclass(frozen=True, slots=True)
class Reserve:
    """`length` counts from now, also when an end was named: then `until` is that end.

    for_suite: until the run ends that it is for, at the latest after `length`. priority: None for the usual one.
    """

    target: Target | AnyOf
    mode: ModeWord
    length: timedelta
    until: datetime | None
    reason: str
    reading: str
    priority: PriorityWord | None = None
    for_suite: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """From `start` for `length`, which is to `until`; `start` is still to come."""

    target: Target
    mode: ModeWord
    start: datetime
    length: timedelta
    until: datetime
    reason: str
    reading: str


@dataclass(frozen=True, slots=True)
class Take:
    """Away from whoever has it. No length: the default."""

    target: Target
    length: timedelta | None
    reason: str
    reading: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep it as it is, to look at. No target: what I hold. `length` counts from now; with `until` it ends then."""

    target: Target | None
    length: timedelta | None
    until: datetime | None
    reason: str
    reading: str


@dataclass(frozen=True, slots=True)
class Freeze:
    """Nobody reserves it exclusively from `start` (None: now), for `length`.

    until: the end; None when it begins now and a length was named.
    """

    target: Target
    length: timedelta
    until: datetime | None
    start: datetime | None
    reason: str
    reading: str


@dataclass(frozen=True, slots=True)
class Thaw:
    """End the freeze of `target`."""

    target: Target
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class SetCondition:
    """What is known of `target`; `eta`: when it should be well again, if somebody knows."""

    kind: ConditionWord
    target: Target
    reason: str
    eta: datetime | None
    reading: str


@dataclass(frozen=True, slots=True)
class Release:
    """No target: what I hold. `everything`: all that I hold."""

    target: Target | None
    everything: bool = False
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Extend:
    """By `length` from the present end, or to `until`. Neither: by the default. No target: what I hold."""

    target: Target | None
    length: timedelta | None = None
    until: datetime | None = None
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Leave:
    """Give up my place. No target: the one place I have."""

    target: Target | None
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Cancel:
    """Give up my place or my booking. No target: the one I have."""

    target: Target | None
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Give:
    """Hand what I hold to a person, by Slack id. No target: what I hold."""

    target: Target | None
    to: str
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class GiveGroup:
    """A group cannot hold anything: its members are to be listed. `group_id` is a Slack user group's."""

    target: Target | None
    group_id: str


@dataclass(frozen=True, slots=True)
class AskHolder:
    """Ask whoever holds it how long it will take. No target: what I wait for."""

    target: Target | None
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Watch:
    """Tell me when it is free."""

    target: Target
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Unwatch:
    """No target: everything that I watch."""

    target: Target | None
    reading: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Undo:
    """Take back what I changed last."""

    reading: str = field(default="undo", compare=False)


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits, for `target` or anywhere."""

    target: Target | None


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is booked and frozen, for `target` or anywhere."""

    target: Target | None


@dataclass(frozen=True, slots=True)
class Log:
    """What happened, to `target` or anywhere."""

    target: Target | None


@dataclass(frozen=True, slots=True)
class Stats:
    """How `target`, or everything, was used in the `period` that ends now."""

    target: Target | None
    period: timedelta = A_WEEK


@dataclass(frozen=True, slots=True)
class Health:
    """How `target`, or everything, is doing."""

    target: Target | None


@dataclass(frozen=True, slots=True)
class Settings:
    """What I am told, and when."""


@dataclass(frozen=True, slots=True)
class Help:
    """`topic` is a verb or one of help.MORE, or None for all of it."""

    topic: str | None


Ask = NeedsDuration | NeedsTarget | NeedsPerson | Ambiguous
Mutation = (
    Reserve
    | Book
    | Take
    | Hold
    | Freeze
    | Thaw
    | SetCondition
    | Release
    | Extend
    | Leave
    | Cancel
    | Give
    | AskHolder
    | Watch
    | Unwatch
    | Undo
)
Reading = ShowBoard | ShowTarget | Queue | Calendar | Log | Stats | Health | Settings | Help | GiveGroup
EnvCommand = Reading | Mutation | Ask | NeedsReason
