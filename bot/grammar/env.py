"""/env: a line to what it means. The order of reading and every rule are those of the guide's page on commands.

A typo never takes an environment: a line without a verb reserves only when it starts with a known target, or with a
length and then one, and names a length, a time or a mode.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.errors import NotFound, UsageError
from bot.grammar import normalise
from bot.grammar.commands import (
    Ambiguous,
    Ask,
    Choice,
    EnvCommand,
    Extend,
    Help,
    Leave,
    Log,
    NeedsTarget,
    Queue,
    Release,
    Reserve,
    ShowBoard,
    ShowTarget,
)
from bot.grammar.durations import in_words
from bot.grammar.help import USAGE, usage_of
from bot.grammar.mistimed import Mistimed
from bot.grammar.pieces import Clock, Length, Number, Pieces, cut, words
from bot.grammar.reserving import End, Here, Reservation, ends, passed, which_target
from bot.grammar.targets import Names, Target
from bot.grammar.words import ALIASES, ASKS_BACK, VERBS, verb_of
from bot.similar import did_you_mean, nearest


def parse_env(text: str, names: Names, now: datetime, zone: ZoneInfo, workday_end: time = time(18)) -> EnvCommand:
    """What the text after `/env` means.

    Raises UsageError or NotFound, whose suggestions are whole lines to type instead.
    """
    here = Here(names, now, zone, workday_end)
    line = normalise.normalise(text)
    if not line:
        return ShowBoard()
    first = next(words(line)).rstrip(",;:")
    rest = line[len(first) :].lstrip(" ,;:\t\n")
    if verb := verb_of(first):
        return _with_verb(verb, rest, here)
    if first.casefold() == ASKS_BACK:
        return _free(rest, names)
    return _without_verb(line, first, here)


def _with_verb(verb: str, rest: str, here: Here) -> EnvCommand:
    match verb:
        case "reserve":
            return _reserve(rest, here)
        case "extend":
            return _extend(rest, here)
        case "help":
            return _help(rest)
        case "release" if rest.casefold() == "all":
            return Release(None, everything=True)
        case "leave" if rest.casefold() == "all":
            raise UsageError("leave takes one place at a time.", usage=usage_of("leave"))
        case _:
            found = _only_target(verb, rest, here.names)
            return found if isinstance(found, NeedsTarget) else _about(verb, found)


def _about(verb: str, target: Target | None) -> EnvCommand:
    match verb:
        case "release":
            return Release(target)
        case "leave":
            return Leave(target)
        case "queue":
            return Queue(target)
        case "log":
            return Log(target)
        case _:
            return ShowTarget(target) if target else ShowBoard()


def _only_target(verb: str, rest: str, names: Names) -> Target | NeedsTarget | None:
    """The one target after a verb that takes nothing else."""
    if not rest:
        return None
    found = names.find_at(rest, 0)
    if found is None:
        raise names.unknown(next(words(rest)), before=verb)
    if more := rest[found.end :].strip(" ,;"):
        known = tuple(f"{verb} {target}" for target in found.targets)
        raise UsageError(
            f"I do not know what “{normalise.shown(more)}” means here.", usage=usage_of(verb), suggestions=known
        )
    return found.targets[0] if len(found.targets) == 1 else which_target(verb, found.targets, "")


def _reserve(rest: str, here: Here) -> Reserve | Ask:
    pieces = cut(rest, here.names)
    if pieces.target:
        return _reservation(pieces, here)
    first = next(words(pieces.rest), "")
    if first and not pieces.quoted and (not pieces.read or here.names.similar(first)):
        before, _, after = rest.partition(first)
        raise here.names.unknown(first, before=f"reserve {before}", after=normalise.reason(after))
    every = tuple(Target(place.name) for place in here.names.places)
    return which_target("reserve", every, rest)


def _reservation(pieces: Pieces, here: Here) -> Reserve | Ask:
    target, *others = pieces.target
    piece = pieces.one("target")
    if piece and others:
        return which_target("reserve", pieces.target, pieces.without(piece))
    return Reservation(pieces, target, here).decide()


def _without_verb(line: str, first: str, here: Here) -> EnvCommand:
    pieces = cut(line, here.names)
    kinds = [piece.kind for piece in pieces.read]
    if pieces.target and isinstance(pieces.when, Mistimed):
        raise UsageError(pieces.when.why, usage=usage_of("reserve"))
    if not pieces.read or line[: pieces.read[0].start].strip(" ,;"):
        raise _unknown(line, first, pieces, here)
    if kinds[:1] == ["target"]:
        return _target_first(pieces, here)
    if kinds[:2] == ["when", "target"] and isinstance(pieces.when, Length):
        return _reservation(pieces, here)
    raise _unknown(line, first, pieces, here)


def _target_first(pieces: Pieces, here: Here) -> EnvCommand:
    if len(pieces.read) > 1 or pieces.quoted:
        return _reservation(pieces, here)
    if not pieces.rest:
        targets = pieces.target
        return ShowTarget(targets[0]) if len(targets) == 1 else which_target("board", targets, "")
    if verb := verb_of(next(words(pieces.rest)).rstrip(",;:")):
        return _verb_second(verb, pieces, here)
    return _reservation(pieces, here)


def _verb_second(verb: str, pieces: Pieces, here: Here) -> Ask:
    """`integration release`: meant as a command, or the start of a reason? Neither is guessed."""
    target, *others = pieces.target
    if others:
        return which_target(verb, pieces.target, "")
    as_reason = Reservation(replace(pieces, quoted=True), target, here).decide()
    command = _turned_round(verb, target, pieces, here)
    return Ambiguous(f"A command for {target}, or a reason?", (*command, *_offered(as_reason)[:1]))


def _turned_round(verb: str, target: Target, pieces: Pieces, here: Here) -> tuple[Choice, ...]:
    if verb == "reserve":
        _, _, after = pieces.rest.partition(" ")
        return _offered(Reservation(cut(f"{target} {after}", here.names), target, here).decide())[:3]
    line = "help" if verb == "help" else f"{verb} {target}"
    return (Choice(line[:75], line),)


def _offered(read: Reserve | Ask) -> tuple[Choice, ...]:
    return (Choice(read.reading[:75], read.reading),) if isinstance(read, Reserve) else read.choices


def _unknown(line: str, first: str, pieces: Pieces, here: Here) -> UsageError | NotFound:
    """Nothing here says what to do. What is near is suggested, never done."""
    if pieces.read and pieces.target:
        return UsageError(
            "Start with what you want to reserve.", usage=USAGE, suggestions=(f"reserve {normalise.plain(line)[:400]}",)
        )
    rest = normalise.reason(line[len(first) :])
    verbs = nearest(first, (*VERBS, *ALIASES))
    if verbs:
        lines = tuple(f"{verb} {rest}".strip() for verb in verbs)
        return UsageError(
            f"I do not know “{normalise.shown(first)}”.{did_you_mean(verbs)}", usage=USAGE, suggestions=lines
        )
    if pieces.read:
        return UsageError("That names no environment or service.", usage=USAGE)
    if here.names.similar(first) or "/" in first:
        return here.names.unknown(first, after=rest)
    return UsageError(
        f"I do not know “{normalise.shown(first)}”: it is no command, environment or service here.", usage=USAGE
    )


def _extend(rest: str, here: Here) -> Extend | Ask:
    pieces = cut(rest, here.names)
    if pieces.rest:
        raise _not_for_extend(pieces, here)
    piece = pieces.one("target")
    if piece and len(pieces.target) > 1:
        return which_target("extend", pieces.target, pieces.without(piece))
    target = pieces.target[0] if pieces.target else None
    when = pieces.one("when")
    if when is None or pieces.when is None:
        return Extend(target)
    found = ends(pieces.when, here, "extend")
    name = f" {target}" if target else ""
    if not found:
        raise passed(pieces.when, pieces.typed(when), here, lambda end: f"extend{name} {end}")
    if len(found) == 1 and not isinstance(pieces.when, Number | Clock):
        return _extended(target, found[0])
    longest = here.names.longest(target)
    typed = [end.typed(here.zone, here.now) for end in found if end.length <= longest] or [in_words(longest)]
    choices = tuple(Choice(words_, f"extend{name} {words_}") for words_ in typed)
    return Ambiguous(f"{pieces.typed(when)} can be read in several ways. Which is meant?", choices)


def _extended(target: Target | None, end: End) -> Extend:
    return Extend(target, until=end.until) if end.until else Extend(target, length=end.length)


def _not_for_extend(pieces: Pieces, here: Here) -> UsageError | NotFound:
    first = next(words(pieces.rest))
    if not pieces.target:
        return here.names.unknown(first, before="extend")
    return UsageError(f"I do not know what “{normalise.shown(pieces.rest)}” means here.", usage=usage_of("extend"))


def _help(rest: str) -> Help:
    if not rest:
        return Help(None)
    first = next(words(rest))
    if verb := verb_of(first):
        return Help(verb)
    near = nearest(first, VERBS)
    lines = tuple(f"help {verb}" for verb in near)
    raise UsageError(
        f"There is no help about “{normalise.shown(first)}”.{did_you_mean(near)}",
        usage=usage_of("help"),
        suggestions=lines,
    )


def _free(rest: str, names: Names) -> Ambiguous | NeedsTarget:
    """`free integration`: set it free, or is it free?"""
    target = _only_target(ASKS_BACK, rest, names)
    if isinstance(target, NeedsTarget):
        return target
    what = str(target) if target else "what I hold"
    name = f" {target}" if target else ""
    return Ambiguous(
        "Set it free, or is it free?",
        (Choice(f"Release {what}"[:75], f"release{name}"), Choice("See who has it", f"board{name}")),
    )
