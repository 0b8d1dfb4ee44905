"""Direct messages about services that do not answer any more, and that do again."""

from __future__ import annotations

from bot.notices.facts import OutageFacts
from bot.notices.model import ServicesDown, ServicesUp
from bot.ports.chat import Message
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.blocks import SECTION_LIMIT, Element, actions, context, fitting, section
from handlers.views.deployments import words as says

DETAIL_SHOWN, LINES_SHOWN = 120, 15
HOLDS = "You hold what it is about: whoever tests there now sees it fail."
OWNS = "Nobody holds it, so its owners are told."


def told(notice: ServicesDown | ServicesUp) -> Message:
    down = isinstance(notice, ServicesDown)
    lamp = ":red_circle:" if down else ":large_green_circle:"
    state = "not answering well" if down else "well again"
    if len(notice.found) == 1:
        head = lines = f"{lamp} {_line(notice.found[0], state)}"
    else:
        head = f"{lamp} {len(notice.found)} services are {state}"
        lines = fitting([head, *(f"• {_line(x)}" for x in notice.found)], SECTION_LIMIT - 100, most=LINES_SHOWN)
    if not isinstance(notice, ServicesDown):
        return Message(head, (section(lines),))
    return Message(head, (section(lines), actions(_button(notice)), context(HOLDS if notice.holds else OWNS)))


def _line(found: OutageFacts, state: str = "") -> str:
    """`*payments* 1.5.0 in *integration* is well again, since 14:03`"""
    version = f" {says.version(found.version)}" if found.version else ""
    place = f"*{escape(found.service, 80)}*{version} in *{escape(found.environment, 80)}*"
    detail = f": {escape(found.detail, DETAIL_SHOWN)}" if found.detail else ""
    return f"{place}{f' is {state},' if state else ','} since {words.clock(found.at)}{detail}"


def _button(notice: ServicesDown) -> Element:
    found, *others = notice.found
    if others:
        return says.line_button("What runs where", "where", 1)
    return says.line_button("What was deployed", f"history {found.environment}/{found.service}", 1)
