"""What Slack and keyboards make of a typed line, undone: links, mentions, escapes, wide digits, invisible characters.

Source: docs.slack.dev, "Formatting message text" (special forms in angle brackets; only & < > are escaped).
"""

from __future__ import annotations

import re

LONGEST_LINE = 10_000
LONGEST_REASON = 300
QUOTES = '"“”„‟«»'

_SPECIAL = re.compile(r"<((?:https?://|mailto:|tel:|[@#!])[^<>|]{0,2000})(?:\|([^<>]{0,2000}))?>")
_MENTION = re.compile(r"<(?:@|!subteam\^)([A-Z0-9]{1,30})(?:\|([^<>]{0,200}))?>")
_CLOSERS = {'"': '"', "“": "”“", "”": "”", "„": "“”", "‟": "”", "«": "»", "»": "«"}
_PAIRS = ('""', "«»", "“”")
_WIDE = str.maketrans("０１２３４５６７８９：／", "0123456789:/")
_ESCAPES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}
_TO_ESCAPES = {ord(sign): escape for escape, sign in _ESCAPES.items()}
_ESCAPED = re.compile("|".join(_ESCAPES))
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def normalise(text: str) -> str:
    """The line as it was meant, trimmed. Mentions of people and groups stay `<@U0ANA|ana>`: their ids are not lost."""
    visible = _INVISIBLE.sub("", text[:LONGEST_LINE]).translate(_WIDE)
    typed = _SPECIAL.sub(_as_typed, visible)
    return _ESCAPED.sub(lambda found: _ESCAPES[found.group()], typed).strip()


def _as_typed(found: re.Match[str]) -> str:
    content, label = found.group(1), found.group(2)
    if content.startswith(("@", "!subteam^")):
        return found.group()
    if content.startswith("#"):
        return f"#{label}" if label else found.group()
    if content.startswith("!"):
        return label or "@" + content[1:]
    return label or re.sub(r"^(https?://|mailto:|tel:)", "", content)


def plain(text: str) -> str:
    """The text with every mention as the name it shows: `@ana`."""
    return _MENTION.sub(lambda found: "@" + (found.group(2) or found.group(1)).removeprefix("@"), text)


def shown(words: str, most: int = 60) -> str:
    """What was typed, as an error repeats it: mentions as plain names, at most `most` characters."""
    said = plain(words[:LONGEST_LINE])
    return said if len(said) <= most else said[: most - 1] + "…"


def reason(text: str) -> str:
    """What people will read: one line, mentions as plain names, at most 300 characters."""
    words = " ".join(plain(text[: LONGEST_REASON * 10]).split())
    short = words if len(words) <= LONGEST_REASON else words[: LONGEST_REASON - 1].rstrip() + "…"
    return short if _pair_for(short) else short.translate({ord(quote): "'" for quote in QUOTES})


def quoted_at(text: str, at: int) -> tuple[str, int]:
    """What stands in the quotes that open at `at`, and where it ends. Unclosed quotes reach to the end of the line."""
    closers = _CLOSERS[text[at]]
    ends = [end for closer in closers if (end := text.find(closer, at + 1)) >= 0]
    end = min(ends) if ends else next((n for n in range(at + 1, len(text)) if text[n] in QUOTES), len(text))
    return text[at + 1 : end], end + 1


def quoted(said: str) -> str:
    """A reason as it is typed so that it is read as the same: in quotes it does not have, escaped as Slack would."""
    if not said:
        return ""
    opening, closing = _pair_for(said) or '""'
    typed = f"{opening}{said}{closing}"
    return typed if normalise(typed) == typed else typed.translate(_TO_ESCAPES)


def _pair_for(said: str) -> str | None:
    return next((pair for pair in _PAIRS if not set(pair) & set(said)), None)
