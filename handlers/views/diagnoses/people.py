"""What people said of a diagnosis, in words."""

from __future__ import annotations

from bot.notices.diagnosing import DiagnosisFacts, JudgedFacts
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.diagnoses.words import NAME_SHOWN


def remembered(told: DiagnosisFacts) -> str:
    """`Last time (Mar 2nd 12:03) @Ben said that it was inventory`: a word, told as such."""
    last = told.remembered
    if last is None:
        return ""
    what = (
        f"was *{escape(last.service, NAME_SHOWN)}*" if last.service else f"was not *{escape(last.wrong, NAME_SHOWN)}*"
    )
    at = f" ({words.clock(last.at)})" if last.at else ""
    return f":speech_balloon: Last time{at} {words.who(last.by)} said that it {what}."


def said(judged: JudgedFacts) -> str:
    """`that it was *orders*`"""
    if judged.right:
        return "that it is right"
    return f"that it was *{escape(judged.service, NAME_SHOWN)}*" if judged.service else "that it was something else"


def taken_back(told: DiagnosisFacts) -> str:
    """`@Cem has taken back what @Ana said, that it was *orders*`: whose word it was, where it was another's."""
    if (back := told.taken_back) is None:
        return ""
    whose = f" what {words.who(back.said.by)} said," if back.by != back.said.by else ""
    return f"{words.who(back.by)} has taken back{whose} {said(back.said)}"
