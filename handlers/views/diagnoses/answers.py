"""Answers to whoever asks for a diagnosis, or presses a button of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.notices.casework import CaseFacts
from bot.notices.diagnosing import DiagnosisCard, DiagnosisFacts
from bot.ports.chat import Message
from handlers.kit.mrkdwn import code, escape, link
from handlers.views.blocks import context, section
from handlers.views.cases import words as cases
from handlers.views.diagnoses import people
from handlers.views.diagnoses import words as says
from handlers.views.diagnoses.cards import card
from handlers.views.diagnoses.cards import judged as says_who

NOTHING_LEFT = "Nothing of it is left to explain: its causes are green, or people have said what they are."


def asked(found: Sequence[DiagnosisFacts], reading: str = "", *, run: int = 0, met: int = 0) -> Message:
    """It is being asked, or what came of it: whoever asks again is shown that. run: that they asked about, where
    what is known of its cause is of another, `met`.
    """
    done = [each for each in found if each.stage == "done"]
    why = f"#{run} met the same cause as #{met}, which {'was' if done else 'is'} diagnosed:" if run and met else ""
    told = [card(DiagnosisCard(each, private=True)) for each in done[:1]]
    rest = [*map(_known, done[1:]), *(_asked(each) for each in found if each.stage != "done")]
    lines = "\n".join(rest)
    blocks = [*([section(why)] if why else []), *(block for each in told for block in each.blocks)]
    blocks += [section(lines)] if lines else []
    text = "\n".join(filter(None, (why, *(each.text for each in told), lines)))
    return Message(text, (*blocks, *([context(code(reading))] if reading and not done else [])))


def settled(case: CaseFacts, last: DiagnosisFacts | None, reading: str = "") -> Message:
    """A case of which nothing is left to explain, so that nobody goes back. last: what was found of it, if anything."""
    ended = cases.ended(case)
    how = f"The case is closed: {ended}." if ended else NOTHING_LEFT
    line = f"{cases.lamp(case)} {cases.headline(case)}\n{how}"
    told = card(DiagnosisCard(replace(last, way_back=""), private=True)).blocks if last else ()
    then = "*What was found last:*" if last else "Nothing was found of it."
    return Message(line, (section(f"{line}\n{then}"), *told, *([context(code(reading))] if reading else [])))


def judged(found: DiagnosisFacts) -> Message:
    if not found.judged:
        return _message("There is nothing to judge yet.")
    alone = found.case_id and not found.in_thread
    counts = "It counts" if not alone else "Once it stands in the case's thread, it counts"
    return _message(f"{says_who(found)} {counts} for how much “high” is worth here, and its message has an Undo.")


def undone(found: DiagnosisFacts) -> Message:
    back = found.taken_back
    whose = f"Taken back: {people.taken_back(found)}" if back and back.by != back.said.by else "Taken back"
    return _message(f"{whose}. {says.claim(found)} stands as the evidence has it, and nobody has judged it.")


def shared(found: DiagnosisFacts, channel: str) -> Message:
    thread = "the thread of its case, in " if found.case_id else ""
    return _message(f"It stands in {thread}{escape(channel, 80)} now: {says.claim(found)}.")


def _asked(found: DiagnosisFacts) -> str:
    where = "by direct message"
    if found.case_id:
        alone = ", to you alone; there you can show it in the case's thread"
        where += " and in the case's thread" if found.in_thread else alone
    doing = f"{escape(found.doing, 160)} … The answer comes {where}."
    return f":hourglass_flowing_sand: *{says.about(found)}*: {doing}"


def _known(found: DiagnosisFacts) -> str:
    """Of another cause of the same: a message has room for one answer as a whole."""
    page = f" · {link(found.page_url, 'All evidence')}" if found.page_url else ""
    return f":mag: *{says.about(found)}*: {says.claim(found)}{page}"


def _message(line: str) -> Message:
    return Message(line, (section(line),))
