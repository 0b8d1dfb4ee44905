"""What follows a verb, one function for each way that verbs are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.errors import UsageError
from bot.grammar import normalise
from bot.grammar.commands import (
    AskHolder,
    Calendar,
    Cancel,
    EnvCommand,
    Extend,
    Health,
    Help,
    Leave,
    Log,
    Queue,
    Release,
    Settings,
    ShowBoard,
    ShowTarget,
    Stats,
    Thaw,
    Undo,
    Unwatch,
    Watch,
)
from bot.grammar.durations import in_words
from bot.grammar.ends import End, ends, passed, slots
from bot.grammar.forms import FORMS, sentence
from bot.grammar.giving import give
from bot.grammar.help import MORE, topic_of, usage_of
from bot.grammar.here import Here
from bot.grammar.parts import choice, which_target
from bot.grammar.pieces import Clock, Length, Number, Pieces, Reads, cut, words
from bot.grammar.questions import Ambiguous, Blank, NeedsTarget
from bot.grammar.sentence import Form
from bot.grammar.targets import AnyOf, Target, Wanted
from bot.grammar.topics import topic_asked
from bot.grammar.words import ASKS_BACK, VERBS, verb_of

_TIMED: Reads = frozenset(("target", "when"))


def with_verb(verb: str, rest: str, here: Here) -> EnvCommand:
    """Raises UsageError or NotFound."""
    if form := FORMS.get(verb):
        return _sentence(form, rest, here)
    if read := _OWN_WAY.get(verb):
        return read(rest, here)
    if verb in _ALONE:
        if rest:
            raise _too_much(verb, rest)
        return _ALONE[verb]
    if verb in ("leave", "cancel") and rest.casefold() == "all":
        raise UsageError(f"{verb} takes one place at a time.", usage=usage_of(verb))
    found = _only_target(verb, rest, here)
    if isinstance(found, NeedsTarget):
        return found
    if found is None and verb in _NOT_WITHOUT:
        return which_target(verb, _every(here), "")
    return _about(verb, found)


def _about(verb: str, target: Target | None) -> EnvCommand:
    if target and verb in _NOT_WITHOUT:
        return _NOT_WITHOUT[verb](target, f"{verb} {target}")
    if make := _CHANGES.get(verb):
        return make(target, f"{verb} {target or ''}".strip())
    if make := _LOOKS.get(verb):
        return make(target)
    return ShowTarget(target) if target else ShowBoard()


def _only_target(verb: str, rest: str, here: Here) -> Target | NeedsTarget | None:
    """The one target after a verb that takes nothing else."""
    if not rest:
        return None
    found = here.names.find_at(rest, 0)
    if found is None:
        raise here.names.unknown(next(words(rest)), before=verb)
    if more := rest[found.end :].strip(" ,;"):
        raise _too_much(verb, more, tuple(f"{verb} {target}" for target in found.targets))
    targets = _plain(verb, found.targets)
    return targets[0] if len(targets) == 1 else which_target(verb, targets, "")


def _plain(verb: str, wanted: tuple[Wanted, ...]) -> tuple[Target, ...]:
    targets = tuple(each for each in wanted if not isinstance(each, AnyOf))
    if not targets:
        raise UsageError(
            f"{' or '.join(map(str, wanted))} picks what is free, so it goes with reserve only.", usage=usage_of(verb)
        )
    return targets


def _too_much(verb: str, more: str, suggestions: tuple[str, ...] = ()) -> UsageError:
    return UsageError(
        f"I do not know what “{normalise.shown(more)}” means here.", usage=usage_of(verb), suggestions=suggestions
    )


def _every(here: Here) -> tuple[Wanted, ...]:
    return tuple(Target(place.name) for place in here.names.places)


def _sentence(form: Form, rest: str, here: Here) -> EnvCommand:
    pieces = cut(rest, here, form.reads)
    piece = pieces.one("target")
    if piece is None:
        return _without_target(form, pieces, here)
    targets = pieces.target if form.labels else _plain(form.verb, pieces.target)
    target, *others = targets
    if others:
        return which_target(form.verb, targets, pieces.without(piece))
    return sentence(form, pieces, target, here)


def _without_target(form: Form, pieces: Pieces, here: Here) -> EnvCommand:
    """What I hold, where that can be meant; else which one. A word written like a name is not taken for a reason."""
    first = "" if pieces.quoted else next(words(pieces.rest), "")
    mine = form.verb == "hold"
    if first and (here.names.similar(first) or not (pieces.read or mine)):
        before, _, after = pieces.text.partition(first)
        raise here.names.unknown(first, before=f"{form.verb} {before}", after=normalise.reason(after))
    if mine:
        return sentence(form, pieces, None, here)
    return replace(which_target(form.verb, _every(here), pieces.text), blank=_blank(form.verb, pieces, here))


def _blank(verb: str, pieces: Pieces, here: Here) -> Blank:
    """What was typed around the target that is missing."""
    when, begins = pieces.one("when"), next(iter(slots(pieces.start, here) if pieces.start else ()), None)
    return Blank(
        verb,
        mode=pieces.mode or "exclusive",
        when=pieces.typed(when) if when else "",
        start=begins.start if begins else None,
        reason=normalise.reason(pieces.rest),
    )


def _release(rest: str, here: Here) -> EnvCommand:
    if rest.casefold() == "all":
        return Release(None, everything=True, reading="release all")
    found = _only_target("release", rest, here)
    if isinstance(found, NeedsTarget):
        return found
    return Release(found, reading=f"release {found or ''}".strip())


def _extend(rest: str, here: Here) -> EnvCommand:
    pieces = cut(rest, here, _TIMED)
    if pieces.rest:
        raise (
            _too_much("extend", pieces.rest)
            if pieces.target
            else here.names.unknown(next(words(pieces.rest)), before="extend")
        )
    piece = pieces.one("target")
    targets = _plain("extend", pieces.target) if piece else ()
    if piece and len(targets) > 1:
        return which_target("extend", targets, pieces.without(piece))
    return _extended(pieces, targets[0] if targets else None, here)


def _extended(pieces: Pieces, target: Target | None, here: Here) -> Extend | Ambiguous:
    when, piece = pieces.when, pieces.one("when")
    line = f"extend {target or ''}".strip()
    if when is None or piece is None:
        return Extend(target, reading=line)
    found = ends(when, here, "extend")
    if not found:
        raise passed(when, pieces.typed(piece), here, lambda end: f"{line} {end}")
    if len(found) == 1 and not isinstance(when, Number | Clock):
        reading = f"{line} {found[0].typed(here.zone, here.now)}"
        return Extend(target, None if found[0].until else found[0].length, found[0].until, reading)
    return _which_end(pieces.typed(piece), found, line, target, here)


def _which_end(typed: str, found: tuple[End, ...], line: str, target: Target | None, here: Here) -> Ambiguous:
    longest = here.names.limits(target).maximum
    allowed = [end.typed(here.zone, here.now) for end in found if end.length <= longest] or [in_words(longest)]
    choices = tuple(choice(said, f"{line} {said}") for said in allowed)
    return Ambiguous(f"{typed} can be read in several ways. Which is meant?", choices)


def _stats(rest: str, here: Here) -> EnvCommand:
    pieces = cut(rest, here, _TIMED)
    if pieces.rest:
        raise (
            _too_much("stats", pieces.rest)
            if pieces.target
            else here.names.unknown(next(words(pieces.rest)), before="stats")
        )
    when, piece = pieces.when, pieces.one("target")
    targets = _plain("stats", pieces.target) if piece else ()
    if piece and len(targets) > 1:
        return which_target("stats", targets, pieces.without(piece))
    target = targets[0] if targets else None
    if when is None:
        return Stats(target)
    if not isinstance(when, Length) or not when.value or when.value < type(when.value)():
        raise UsageError("Say how far back, for example 7d.", usage=usage_of("stats"), suggestions=("stats 7d",))
    return Stats(target, when.value)


def _help(rest: str) -> Help:
    def find(word: str) -> str | None:
        return verb_of(word) or topic_of(word)

    topics = (*VERBS, *(topic.verb for topic in MORE))
    return Help(topic_asked(rest, find, topics=topics, usage=usage_of("help")))


def free(rest: str, here: Here) -> Ambiguous | NeedsTarget:
    """`free integration`: set it free, or is it free?"""
    target = _only_target(ASKS_BACK, rest, here)
    if isinstance(target, NeedsTarget):
        return target
    name = f" {target}" if target else ""
    return Ambiguous(
        "Set it free, or is it free?",
        (choice(f"Release {target or 'what I hold'}", f"release{name}"), choice("See who has it", f"board{name}")),
    )


_ALONE: Mapping[str, EnvCommand] = {"undo": Undo(), "settings": Settings()}
_OWN_WAY: Mapping[str, Callable[[str, Here], EnvCommand]] = {
    "release": _release,
    "extend": _extend,
    "stats": _stats,
    "give": give,
    "help": lambda rest, _here: _help(rest),
}
_NOT_WITHOUT: Mapping[str, Callable[[Target, str], EnvCommand]] = {"watch": Watch, "thaw": Thaw}
_CHANGES: Mapping[str, Callable[[Target | None, str], EnvCommand]] = {
    "leave": Leave,
    "cancel": Cancel,
    "ask": AskHolder,
    "unwatch": Unwatch,
}
_LOOKS: Mapping[str, Callable[[Target | None], EnvCommand]] = {
    "queue": Queue,
    "calendar": Calendar,
    "log": Log,
    "health": Health,
}
