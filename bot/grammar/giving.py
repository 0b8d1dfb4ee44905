"""`give @ana integration`: a person and perhaps a target, in any order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from bot.errors import NotFound, UsageError
from bot.grammar import normalise
from bot.grammar.commands import Give, GiveGroup
from bot.grammar.help import usage_of
from bot.grammar.here import Here
from bot.grammar.parts import which_target
from bot.grammar.questions import Blank, NeedsPerson, NeedsTarget
from bot.grammar.targets import AnyOf, Wanted
from bot.similar import did_you_mean, nearest

_MENTION = re.compile(r"<(@|!subteam\^)([A-Z0-9]{1,30})(?:\|[^<>]{0,200})?>")
_NAME = re.compile(r"@?[^\s,;]+(?:\s+[^\s,;]+){0,2}")
_BETWEEN = re.compile(r"[\s,;]*(?:to\s+)?", re.IGNORECASE)
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Receiver:
    """`id` is Slack's of the person or the group."""

    kind: Literal["person", "group"]
    id: str

    def typed(self) -> str:
        return f"<@{self.id}>" if self.kind == "person" else f"<!subteam^{self.id}>"


@dataclass(frozen=True, slots=True)
class _Heard:
    targets: tuple[Wanted, ...] = ()
    to: Receiver | None = None


def give(rest: str, here: Here) -> Give | GiveGroup | NeedsTarget | NeedsPerson:
    """Raises UsageError for two people, NotFound for a name that nobody has."""
    heard, at = _Heard(), _skip(rest, 0)
    while at < len(rest):
        heard, end = _next(heard, rest, at, here)
        at = _skip(rest, end)
    if heard.to is None:
        return _to_whom(heard)
    if len(heard.targets) > 1:
        return which_target("give", heard.targets, heard.to.typed())
    return _given(heard.targets[0] if heard.targets else None, heard.to)


def _to_whom(heard: _Heard) -> NeedsPerson:
    target = str(heard.targets[0]) if len(heard.targets) == 1 else ""
    return NeedsPerson("To whom? Mention a person, for example @ana.", Blank("give", target))


def _given(target: Wanted | None, to: Receiver) -> Give | GiveGroup:
    if isinstance(target, AnyOf):
        raise UsageError(f"{target} picks what is free, and you give what you hold.", usage=usage_of("give"))
    if to.kind == "group":
        return GiveGroup(target, to.id)
    return Give(target, to.id, " ".join(filter(None, ("give", str(target or ""), to.typed()))))


def _next(heard: _Heard, text: str, at: int, here: Here) -> tuple[_Heard, int]:
    """One more word understood, and where it ends."""
    if mention := _MENTION.match(text, at):
        receiver = Receiver("person" if mention[1] == "@" else "group", mention[2])
        return _with_receiver(heard, receiver), mention.end()
    if not heard.targets and (found := here.names.find_at(text, at)):
        return replace(heard, targets=found.targets), found.end
    if named := _named(text, at, here):
        return _with_receiver(heard, named[0]), named[1]
    raise _unknown(heard, text, at, here)


def _with_receiver(heard: _Heard, receiver: Receiver) -> _Heard:
    if heard.to and heard.to != receiver:
        raise UsageError("One person at a time can hold it.", usage=usage_of("give"))
    return replace(heard, to=receiver)


def _named(text: str, at: int, here: Here) -> tuple[Receiver, int] | None:
    """A person or a team of the catalog by name, of up to three words, and where the name ends."""
    found = _NAME.match(text, at)
    words = found.group().removeprefix("@").split() if found else []
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count])
        if receiver := _called(name.casefold(), here):
            end = re.compile(r"@?" + r"\s+".join(map(re.escape, words[:count]))).match(text, at)
            return receiver, end.end() if end else at + len(name)
    return None


def _called(name: str, here: Here) -> Receiver | None:
    """A person before a team of the same name."""
    if person := here.people.get(name):
        return Receiver("person", person)
    group = here.groups.get(name)
    return Receiver("group", group) if group else None


def _unknown(heard: _Heard, text: str, at: int, here: Here) -> UsageError | NotFound:
    found = _WORD.match(text, at)
    word = (found.group() if found else "").rstrip(",;:")
    if not word.startswith("@"):
        if heard.targets:
            return UsageError(f"I do not know what “{normalise.shown(text[at:])}” means here.", usage=usage_of("give"))
        return here.names.unknown(word, before="give", after=heard.to.typed() if heard.to else "")
    near = nearest(word.removeprefix("@"), here.people)
    lines = tuple(f"give {text[:at]}@{name}{text[at + len(word) :]}" for name in near)
    return NotFound(f"Nobody here is called {normalise.shown(word)}.{did_you_mean(near)}", suggestions=lines)


def _skip(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at
