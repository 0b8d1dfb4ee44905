"""Answers to whoever presses a button of a case."""

from __future__ import annotations

from bot.notices.casework import CaseFacts
from bot.ports.chat import Message
from handlers.views.blocks import section
from handlers.views.cases import words as says


def looked(case: CaseFacts) -> Message:
    return _said(case, "You look into it: its message says so.")


def closed(case: CaseFacts) -> Message:
    return _said(case, "The case is closed. When it fails again it opens by itself.")


def reopened(case: CaseFacts) -> Message:
    return _said(case, "The case is open again, until what it is about is green.")


def _said(case: CaseFacts, done: str) -> Message:
    """It may have ended meanwhile: what is true now goes before what was done."""
    ended = says.ended(case)
    how = f"{ended[:1].upper()}{ended[1:]}." if case.closed is not None and not case.closed_by else done
    line = f"{says.lamp(case)} {says.headline(case)}\n{how}"
    return Message(line, (section(line),))
