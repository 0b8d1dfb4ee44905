"""/env: a line to what it means. The order of reading and every rule are those of the guide's page on commands.

A typo never takes an environment: a line without a verb reserves only when it starts with a known target, or with a
length and then one, and names a length, a time or a mode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.errors import NotFound, UsageError
from bot.grammar import normalise
from bot.grammar.commands import EnvCommand, ShowBoard, ShowTarget
from bot.grammar.deploy_help import verb_of as deploy_verb_of
from bot.grammar.forms import FORMS, RESERVE, sentence
from bot.grammar.help import USAGE, usage_of
from bot.grammar.here import Here
from bot.grammar.labels import is_label
from bot.grammar.mistimed import Mistimed
from bot.grammar.names import Names
from bot.grammar.parts import choice, which_target
from bot.grammar.pieces import Length, Pieces, cut, words
from bot.grammar.questions import Ambiguous, Choice, NeedsReason
from bot.grammar.targets import Target, Wanted
from bot.grammar.verbs import free, with_verb
from bot.grammar.words import ALIASES, ASKS_BACK, VERBS, verb_of
from bot.similar import did_you_mean, nearest

NOBODY: Mapping[str, str] = MappingProxyType({})


def parse_env(
    text: str,
    names: Names,
    now: datetime,
    zone: ZoneInfo,
    workday_end: time = time(18),
    *,
    workday_start: time = time(9),
    priorities: frozenset[str] = frozenset(),
    people: Mapping[str, str] = NOBODY,
    groups: Mapping[str, str] = NOBODY,
) -> EnvCommand:
    """What the text after `/env` means.

    priorities: those the typist may claim. people: folded name -> Slack id. groups: the same of user groups.
    Raises UsageError or NotFound, whose suggestions are whole lines to type instead, each of which can be read.
    """
    here = Here(names, now, zone, workday_end, workday_start, priorities, people, groups)
    try:
        return _read(text, here)
    except (UsageError, NotFound) as error:
        error.suggestions = tuple(line for line in error.suggestions if _can_be_read(line, here))
        raise


def _can_be_read(line: str, here: Here) -> bool:
    try:
        _read(line, here)
    except (UsageError, NotFound):
        return False
    return True


def _read(text: str, here: Here) -> EnvCommand:
    line = normalise.normalise(text)
    if not line:
        return ShowBoard()
    first = next(words(line)).rstrip(",;:")
    rest = line[len(first) :].lstrip(" ,;:\t\n")
    if verb := verb_of(first):
        return with_verb(verb, rest, here)
    if first.casefold() == ASKS_BACK:
        return free(rest, here)
    return _without_verb(line, first, here)


def _without_verb(line: str, first: str, here: Here) -> EnvCommand:
    pieces = cut(line, here, RESERVE.reads)
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


def _reservation(pieces: Pieces, here: Here) -> EnvCommand:
    target, *others = pieces.target
    piece = pieces.one("target")
    if piece and others:
        return which_target("reserve", pieces.target, pieces.without(piece))
    return sentence(RESERVE, pieces, target, here)


def _target_first(pieces: Pieces, here: Here) -> EnvCommand:
    if len(pieces.read) > 1 or pieces.quoted:
        return _reservation(pieces, here)
    if not pieces.rest:
        return _looked_at(pieces, here)
    if verb := verb_of(next(words(pieces.rest)).rstrip(",;:")):
        return _verb_second(verb, pieces, here)
    return _reservation(pieces, here)


def _looked_at(pieces: Pieces, here: Here) -> EnvCommand:
    """A card for a name; `any:` names nothing yet, so it can only be wanted."""
    targets = tuple(each for each in pieces.target if isinstance(each, Target))
    if not targets:
        return _reservation(pieces, here)
    return ShowTarget(targets[0]) if len(targets) == 1 else which_target("board", targets, "")


def _verb_second(verb: str, pieces: Pieces, here: Here) -> EnvCommand:
    """`integration release`: meant as a command, or the start of a reason? Neither is guessed."""
    target, *others = pieces.target
    if others:
        return which_target(verb, pieces.target, "")
    as_reason = sentence(RESERVE, replace(pieces, quoted=True), target, here)
    command = _turned_round(verb, target, pieces, here)
    return Ambiguous(f"A command for {target}, or a reason?", (*command, *_offered(as_reason)[:1]))


def _turned_round(verb: str, target: Wanted, pieces: Pieces, here: Here) -> tuple[Choice, ...]:
    if verb == "help":
        return (choice(verb, verb),)
    if verb not in FORMS and verb != "give":
        line = f"{verb} {target}"
        return (choice(line, line),) if _can_be_read(line, here) else ()
    _, _, after = pieces.rest.partition(" ")
    try:
        return _offered(with_verb(verb, f"{target} {after}", here))[:3]
    except (UsageError, NotFound):
        return ()


def _offered(read: EnvCommand) -> tuple[Choice, ...]:
    line = read.line if isinstance(read, NeedsReason) else getattr(read, "reading", "")
    return (choice(line, line),) if line else getattr(read, "choices", ())


def _unknown(line: str, first: str, pieces: Pieces, here: Here) -> UsageError | NotFound:
    """Nothing here says what to do. What is near is suggested, never done."""
    if pieces.read and pieces.target:
        return UsageError(
            "Start with what you want to reserve.", usage=USAGE, suggestions=(f"reserve {normalise.plain(line)[:400]}",)
        )
    if verb := deploy_verb_of(first):
        return UsageError(f"What runs where is asked with /deploy: `/deploy {verb}`.", usage=USAGE)
    rest = normalise.reason(line[len(first) :])
    verbs = nearest(first, (*VERBS, *ALIASES))
    if verbs:
        lines = tuple(f"{verb} {rest}".strip() for verb in verbs)
        return UsageError(
            f"I do not know “{normalise.shown(first)}”.{did_you_mean(verbs)}", usage=USAGE, suggestions=lines
        )
    if pieces.read:
        return UsageError("That names no environment or service.", usage=USAGE)
    if here.names.similar(first) or "/" in first or is_label(first):
        return here.names.unknown(first, after=rest)
    return UsageError(
        f"I do not know “{normalise.shown(first or line)}”: it is no command, environment or service here.", usage=USAGE
    )
