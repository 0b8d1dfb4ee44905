"""Text from outside, made safe for Slack's mrkdwn. Pure.

Slack's own escaping covers `& < >` only (docs.slack.dev, "Formatting message text"): that stops mentions and links,
not formatting. A word joiner, which nobody sees, keeps the rest from being read as marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

JOINER: Final = "\u2060"
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
ELLIPSIS: Final = "…"
NEAR: Final = timedelta(hours=12)

_INVISIBLE: Final = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
"""Unicode's categories Cc, Zl, Zp, Cs and Co. One pattern is 3 to 30 times as fast as a look at each character."""

_MARKS: Final = re.compile(r"([*_~`]|(?<=:)/(?=/)|(?<=\w)@(?=\w)|(?<=www)\.)")
_PERSON: Final = re.compile(r"[UW][A-Z0-9]+")
_GROUP: Final = re.compile(r"S[A-Z0-9]+")
_ESCAPED_PERSON: Final = re.compile(r"&lt;@([UW][A-Z0-9]+)&gt;")
_PAGE: Final = re.compile(r"https?://[^\s<>|\x00-\x1f\x7f]{1,1500}")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL"})
_GLUED: Final = frozenset({"Mn", "Me", "Mc"})
_JOINS: Final = frozenset("\u200d\ufe0f")


def clean(text: str, limit: int = 300) -> str:
    """One line for a plain_text field: no control or direction characters, at most `limit` characters."""
    line = _CONTROL.sub(" ", _INVISIBLE.sub("", text))
    short = _cut(" ".join(line.split()), limit)
    turned = any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in short)
    return f"{ISOLATE}{short}{END_ISOLATE}" if turned else short


def escape(text: str, limit: int = 300) -> str:
    """For a mrkdwn field: shown as it was typed, never a mention, a link, an emoji or formatting."""
    return _unread(clean(text, limit))


def _unread(shown: str) -> str:
    """Nothing in it that Slack reads as anything but text."""
    marked = _MARKS.sub(rf"{JOINER}\1", shown)
    return _entities(re.sub(r":(?=[\w+-]+:)", f":{JOINER}", marked))


def dated(text: str, moments: Iterable[datetime], near: datetime, limit: int = 300) -> str:
    """As `escape`, with the times that we wrote into it, as `12:03:40 UTC`, in the reader's own zone.

    Nothing in the text makes a date but one of these moments, each where it stands last.
    """
    shown = clean(text, limit)
    ends = {at: at.astimezone(UTC).strftime("%H:%M:%S UTC") for at in moments}
    found = sorted((shown.rfind(words), at) for at, words in ends.items() if words in shown)
    told, end = "", 0
    for start, at in found:
        if start >= end:
            told += _unread(shown[end:start]) + _date(at, ends[at], near)
            end = start + len(ends[at])
    return told + _unread(shown[end:])


def _date(at: datetime, words: str, near: datetime) -> str:
    """With the day, unless it is within half a day of `near`."""
    style = "{time_secs}" if abs(at - near) <= NEAR else "{date_short_pretty} {time_secs}"
    return f"<!date^{int(at.timestamp())}^{style}|{words}>"


def code(text: str, limit: int = 150) -> str:
    """A code span: for what may be copied, such as a usage line."""
    inside = clean(text, limit).replace("`", "\u02cb")
    return f"`{_entities(inside)}`" if inside else ""


def sentence(text: str, limit: int = 1000) -> str:
    """One of our own sentences, in which `<@U..>` names a person. Whatever else stands in it is escaped."""
    return _ESCAPED_PERSON.sub(r"<@\1>", escape(text, limit).replace(f"{JOINER}@", "@"))


def mention(id: str) -> str:
    """A mention of a Slack user id; of anything else, its text."""
    return f"<@{id}>" if _PERSON.fullmatch(id) else escape(id, 80)


def group(id: str) -> str:
    """A mention of a Slack user group; of anything else, what `mention` makes of it."""
    return f"<!subteam^{id}>" if _GROUP.fullmatch(id) else mention(id)


def link(url: str, text: str, limit: int = 80) -> str:
    """A link with `text` to read; the text alone when it is no address of a page, or one that Slack cannot hold."""
    shown = escape(text, limit).replace("|", "\u01c0")
    return f"<{_entities(url)}|{shown}>" if shown and _PAGE.fullmatch(url) else shown


def moment(at: datetime, style: str = "{date_short_pretty} {time}") -> str:
    """A moment in the reader's own time zone; UTC where Slack cannot do that."""
    fallback = at.astimezone(UTC).strftime(f"%Y-%m-%d %H:%M{':%S' if 'secs' in style else ''} UTC")
    return f"<!date^{int(at.timestamp())}^{style}|{fallback}>"


def _entities(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, limit: int) -> str:
    """Never between a letter and its accents, or inside a joined emoji."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and (_belongs_to_the_left(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[: end or limit - 1].rstrip() + ELLIPSIS


def _belongs_to_the_left(char: str) -> bool:
    return char in _JOINS or unicodedata.category(char) in _GLUED
