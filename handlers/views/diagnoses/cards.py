"""A diagnosis' message: in the thread of its case, to whoever asked, and where it was shared."""

from __future__ import annotations

from collections.abc import Iterator

from bot.notices.diagnosing import DiagnosisCard, DiagnosisFacts, DiagnosisLine
from bot.ports.chat import Block, Message
from handlers.kit.mrkdwn import escape, group, link
from handlers.views import lease as words
from handlers.views.blocks import (
    SECTION_LIMIT,
    Element,
    actions,
    button,
    context,
    cut_markup,
    option,
    section,
    select,
    value,
)
from handlers.views.deployments import words as deployed
from handlers.views.diagnoses import lines, people
from handlers.views.diagnoses import words as says

RIGHT, WRONG, UNDO, SHARE, AGAIN = (
    "diagnosis.right",
    "diagnosis.wrong",
    "diagnosis.undo",
    "diagnosis.share",
    "diagnosis.again",
)
THIS = "diagnosis.this"
"""The shortcut in the menu of every message."""

LONGEST_VALUE = 150
"""Characters that an option may carry."""

PEOPLE_SHOWN, SERVICES = 5, 20
"""Slack takes about 13,000 characters a message, and a service in a menu takes 150 of them: those that stand out come
first, and the menu of a case has all of them.
"""


def told(notice: DiagnosisCard | DiagnosisLine) -> Message:
    if isinstance(notice, DiagnosisLine):
        return _line(notice)
    return card(notice)


def card(notice: DiagnosisCard) -> Message:
    found = notice.diagnosis
    match found.stage:
        case "asking":
            line = f":hourglass_flowing_sand: {escape(found.doing, 160) or 'It is about to be asked'} …"
            return Message(line, (section(line), context(_about(notice))))
        case "failed":
            line = f":warning: *No diagnosis*: {escape(found.why.rstrip(' .'), 300)}."
            again = () if found.replaced else (actions(button("Ask again", AGAIN, value(id=found.diagnosis_id))),)
            return Message(line, (*_replaced(found), section(line), *again, context(_about(notice))))
        case _:
            return _answer(notice)


def _answer(notice: DiagnosisCard) -> Message:
    """Its text, which screen readers and notifications have instead of the blocks, is the answer as a whole as well."""
    found = notice.diagnosis
    head, why, then = lines.headline(found), lines.reasons(found), lines.further(found)
    blocks: list[Block] = [
        *_replaced(found),
        section("\n".join((head, *why))),
        *([section("\n".join(then))] if then else []),
    ]
    blocks += list(_judging(notice))
    page = link(found.page_url, "All evidence") if found.page_url else ""
    last = (says.author(found), says.upper(says.uncalibrated(found)), _about(notice), page)
    blocks.append(context(*filter(None, (says.sources(found), " · ".join(filter(None, last))))))
    return Message(cut_markup("\n".join((head, *why, *then)), SECTION_LIMIT), tuple(blocks))


def _replaced(found: DiagnosisFacts) -> Iterator[Block]:
    if found.replaced:
        yield context(f":arrow_down: Replaced by {_newer(found)}")


def _newer(found: DiagnosisFacts) -> str:
    return link(found.newer_url, "a newer diagnosis") if found.newer_url else "a newer diagnosis"


def _judging(notice: DiagnosisCard) -> Iterator[Block]:
    """One failure is judged once, in its newest diagnosis, else it would count twice in the record. What a person said
    of an earlier one stands, and can be taken back.
    """
    found, carried = notice.diagnosis, value(id=notice.diagnosis.diagnosis_id)
    back = [deployed.way_back_button(found.way_back, found.environment)] if found.way_back else []
    share = [button(_share(notice), SHARE, carried)] if notice.channel else []
    if found.taken_back is not None:
        yield context(f":leftwards_arrow_with_hook: {people.taken_back(found)}.")
    if found.judged is None and not found.replaced:
        right = [button("Right", RIGHT, carried)] if found.service else []
        yield actions(*back, *right, _wrong(found), *share)
        return
    if found.judged is not None:
        yield section(judged(found), button("Undo", UNDO, carried))
    if back or share:
        yield actions(*back, *share)


def _share(notice: DiagnosisCard) -> str:
    return "Show it in the case's thread" if notice.diagnosis.case_id else f"Show it in {notice.channel}"


def judged(found: DiagnosisFacts) -> str:
    """`@Ana says that it was orders`"""
    said = found.judged
    if said is None:
        return ""
    mark = ":white_check_mark:" if said.right else ":x:"
    return f"{mark} {words.who(said.by)} says {people.said(said)}."


def _wrong(found: DiagnosisFacts) -> Element:
    """Whose service it was instead."""
    carried = {name: value(id=found.diagnosis_id, service=name) for name in found.services if name != found.service}
    known = [option(says.plain_text(name), each) for name, each in carried.items() if len(each) <= LONGEST_VALUE]
    other = option("Something else, or nobody knows", value(id=found.diagnosis_id, service=""))
    return select(WRONG, "Wrong: it was …" if found.service else "It was …", [*known[:SERVICES], other])


def _about(notice: DiagnosisCard) -> str:
    return f"About {says.about(notice.diagnosis)}"


def _line(notice: DiagnosisLine) -> Message:
    found = notice.diagnosis
    called = ", ".join(group(each) for each in notice.people[:PEOPLE_SHOWN])
    name = escape(found.service, says.NAME_SHOWN)
    instead = found.judged.service if found.judged else ""
    match notice.how:
        case "called":
            line = f":point_right: {called}: the evidence points to *{name}*, and to what came there."
        case "wrong":
            it_was = f" It was *{escape(instead, says.NAME_SHOWN)}*." if instead else ""
            line = f":leftwards_arrow_with_hook: {called}: not *{name}* after all, says {words.who(notice.by)}.{it_was}"
        case "replaced":
            newer = _newer(found)
            line = f":leftwards_arrow_with_hook: {called}: not *{name}* after all, says {newer}."
        case _:
            said = people.taken_back(found) or f"{words.who(notice.by)} has taken back that it is not *{name}*"
            line = f":point_right: {called}: {said}. It may be *{name}* after all."
    return Message(line, (section(line),))
