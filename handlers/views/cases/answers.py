"""Answers to whoever presses a button of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.notices.casework import CaseFacts
from bot.plurals import counted
from bot.ports.chat import Message
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.blocks import actions, button, fitting, section, value
from handlers.views.cases import words as says
from handlers.views.cases.buttons import MOVE_BACK
from handlers.views.cases.glance import line

ROOM, SHOWN = 2_800, 15


def looked(case: CaseFacts) -> Message:
    return _said(case, "You look into it: its message says so.")


def awaited(case: CaseFacts) -> Message:
    return _said(case, "You are told when it is over.")


def closed(case: CaseFacts) -> Message:
    return _said(case, "The case is closed. When it fails again it opens by itself.")


def reopened(case: CaseFacts) -> Message:
    return _said(case, "The case is open again, until what it is about is green.")


def moved(case: CaseFacts, cause: str, service: str) -> Message:
    """With a button that takes it back, as long as that changes something."""
    said = _said(case, f"It comes from {escape(service, says.NAME_SHOWN)}: its message says so, and its thread.")
    if case.closed is not None or not any(each.cause_id == cause and each.service_by for each in case.causes):
        return said
    undo = button("Undo", MOVE_BACK, value(id=case.case_id, cause=cause, service=service))
    return Message(said.text, (*said.blocks, actions(undo)))


def moved_back(case: CaseFacts, cause: str) -> Message:
    """As it is now: somebody may have said something else of it since."""
    now = next((each for each in case.causes if each.cause_id == cause), None)
    if now is None or not now.service_by:
        return _said(case, "Taken back: where it comes from is as the evidence has it.")
    return _said(case, f"It comes from {escape(now.service, says.NAME_SHOWN)}, as {words.who(now.service_by)} says.")


def overview(known: Sequence[CaseFacts], lately: Sequence[CaseFacts], now: datetime) -> Message:
    """What is open, the oldest first, and what was closed lately."""
    head = f"{counted(len(known), 'case')} open" if known else "Nothing is broken now."
    lines = fitting([line(each, now) for each in known], ROOM, most=SHOWN)
    blocks = [section(f"*{head}*\n{lines}" if known else f"*{head}*")]
    if lately:
        blocks.append(section(f"*Lately*\n{fitting([line(each, now) for each in lately], ROOM, most=SHOWN)}"))
    return Message(head, tuple(blocks))


def _said(case: CaseFacts, done: str) -> Message:
    """It may have ended meanwhile: what is true now goes before what was done."""
    ended = says.ended(case)
    how = f"{ended[:1].upper()}{ended[1:]}." if case.closed is not None and not case.closed_by else done
    line = f"{says.lamp(case)} {says.headline(case)}\n{how}"
    return Message(line, (section(line),))
