"""One line in place of a direct message that asked something, when that is over. It has no buttons."""

from __future__ import annotations

from bot.notices.model import QuestionOver
from bot.ports.chat import Message
from handlers.views import lease as words
from handlers.views.blocks import context
from handlers.views.deployments import words as says

LINES = {
    ("soon", "offered"): ":bell: You were next for {place}, and were asked.",
    ("soon", "yours"): ":white_check_mark: You were next for {place}, and it became yours.",
    ("soon", "left"): ":wave: You were next for {place}, and wait for it no more.",
    ("wanted", "ended"): ":wave: Somebody wanted {place}. It is not yours any more.",
    ("reminder", "ended"): ":unlock: {place} is not yours any more.",
    ("bypass", "mine"): ":white_check_mark: {place}: {by} said that it was theirs.",
    ("bypass", "not mine"): ":+1: {place}: {by} said that it was not theirs.",
    ("bypass", "known"): ":white_check_mark: {place}: it is known by now that {by} deployed it.",
    ("bypass", "gone"): ":fast_forward: {place}: something else runs there by now, so it does not matter any more.",
    ("outside", "not mine"): ":+1: {place}: {by} said that it was not theirs.",
    ("unsure", "began"): ":rocket: {place}: its run was found, and the deployment goes on.",
    ("unsure", "again"): ":rocket: {place}: it was started again.",
    ("unsure", "ended"): ":ballot_box_with_check: {place}: it was not known whether its run began. That is over.",
    ("turn", "succeeded"): ":ballot_box_with_check: It was your turn: {place} was deployed.",
}
ENDED = ":no_entry_sign: It was your turn: {place} was not deployed."
"""However it failed: the message about that says more."""


def over(notice: QuestionOver) -> Message:
    line = LINES.get((notice.asked, notice.how), ENDED).format(place=_place(notice), by=words.who(notice.by))
    return Message(line, (context(line),))


def _place(notice: QuestionOver) -> str:
    if notice.lease is not None:
        return f"*{words.scope(notice.lease)}*"
    return f"{says.place(notice.environment, notice.service)} *{says.version(notice.version)}*"
