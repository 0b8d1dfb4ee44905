"""How each verb is said that takes a target with something around it, and the command that it comes to."""

from __future__ import annotations

from functools import partial
from typing import cast

from bot.grammar.beginning import Beginning
from bot.grammar.commands import (
    Book,
    ConditionWord,
    EnvCommand,
    Freeze,
    Hold,
    Reserve,
    SetCondition,
    Take,
)
from bot.grammar.here import Here
from bot.grammar.pieces import Pieces
from bot.grammar.sentence import Form, Said, Sentence
from bot.grammar.targets import Target, Wanted


def _reserve(said: Said) -> Reserve:
    end, parts = said.how_long, said.parts
    target = cast("Wanted", parts.target)
    return Reserve(
        target, parts.mode, end.length, end.until, parts.reason, parts.line(), parts.priority, for_suite=end.suite
    )


def _book(said: Said) -> Book:
    start, length, parts = said.start, said.how_long.length, said.parts
    return Book(_target(said), parts.mode, start, length, start + length, parts.reason, parts.line())


def _take(said: Said) -> Take:
    return Take(_target(said), said.end and said.end.length, said.parts.reason, said.parts.line())


def _hold(said: Said) -> Hold:
    target = cast("Target | None", said.parts.target)
    length, until = (said.end.length, said.end.until) if said.end else (None, None)
    return Hold(target, length, until, said.parts.reason, said.parts.line())


def _freeze(said: Said) -> Freeze:
    end = said.how_long
    start = said.slot and said.slot.start
    until = start + end.length if start else end.until
    return Freeze(_target(said), end.length, until, start, said.parts.reason, said.parts.line())


def _condition(kind: ConditionWord, said: Said) -> SetCondition:
    eta = said.here.now + said.end.length if said.end else None
    return SetCondition(kind, _target(said), said.parts.reason, eta, said.parts.line())


def _target(said: Said) -> Target:
    return cast("Target", said.parts.target)


RESERVE = Form(
    "reserve",
    frozenset(("target", "when", "mode", "priority", "suite")),
    _reserve,
    needs=frozenset(("when",)),
    labels=True,
)
FORMS = {
    form.verb: form
    for form in (
        RESERVE,
        Form(
            "book",
            frozenset(("target", "when", "mode", "start", "day")),
            _book,
            needs=frozenset(("start", "when")),
        ),
        Form(
            "take",
            frozenset(("target", "when")),
            _take,
            needs=frozenset(("reason",)),
            why="Why do you take {target}? Whoever has it will read it.",
            tail="asked",
        ),
        Form("hold", frozenset(("target", "when")), _hold, tail="asked"),
        Form(
            "freeze",
            frozenset(("target", "when", "start", "day")),
            _freeze,
            needs=frozenset(("when", "reason")),
            bounded=False,
            why="Why is {target} frozen? Whoever it stops will read it.",
        ),
        Form(
            "down",
            frozenset(("target", "when", "day")),
            partial(_condition, "down"),
            needs=frozenset(("reason",)),
            bounded=False,
            why="What is wrong with {target}?",
            tail="meant",
        ),
        Form(
            "degraded",
            frozenset(("target", "when", "day")),
            partial(_condition, "degraded"),
            needs=frozenset(("reason",)),
            bounded=False,
            why="What is wrong with {target}?",
            tail="meant",
        ),
        Form("ok", frozenset(("target",)), partial(_condition, "ok")),
    )
}


def sentence(form: Form, pieces: Pieces, target: Wanted | None, here: Here) -> EnvCommand:
    """What the pieces mean with this verb and this target. Raises UsageError for what makes no sense."""
    start, piece = pieces.start, pieces.one("start")
    if target and start and piece:
        return Beginning(form, pieces, target, here).decide(piece, start)
    if target and "start" in form.needs:
        return Beginning(form, pieces, target, here).without(RESERVE)
    return Sentence(form, pieces, target, here).decide()
