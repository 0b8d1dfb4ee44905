"""Words for what was seen: numbers, moments, and text from outside made harmless. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bot.redaction import redact

ELLIPSIS: Final = "…"
READ = 4_000
"""Characters of a text from outside that are looked at."""

NAMES = 4
"""Names that are listed, before the rest is a number."""

QUOTED: Final = '" appears first in these minutes'
"""What follows a line of a log that is quoted."""

LATEST = 32_503_680_000
"""The year 3000: what is later is no moment of a fault."""

WHOLE = 100
"""From here on decimals tell nothing."""

_PLACEHOLDER = re.compile(r"<[\w ]{0,20}>")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\uf8ff]")
_ARROW = re.compile(r"-+>")
_ANGLES = str.maketrans("<>", "‹›")


def outside(text: str, limit: int = 120) -> str:
    """One line of what others wrote: no secrets, no control characters, nothing that Slack reads as a mention or a
    link, at most `limit` characters. What a template leaves open (`<>`, `<n>`) is an ellipsis.
    """
    seen = _UNSEEN.sub(" ", redact(text[:READ]))
    filled = _ARROW.sub("→", _PLACEHOLDER.sub(ELLIPSIS, seen)).translate(_ANGLES)
    return cut(" ".join(filled.split()), limit)


def called(name: str, limit: int = 60) -> str:
    """Of a service or an operation, which some sources leave without a name."""
    return outside(name, limit) or "(no name)"


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + ELLIPSIS


def clock(at: float) -> str:
    """`12:03:40 UTC`; nothing of what is no moment of our time. A message shows it in its reader's zone where the
    statement has it among its `moments` as well.
    """
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S UTC") if 0 < at < LATEST else ""


def lasting(seconds: float) -> str:
    """`38 s`, `4 min`, `2 h 5 min`, `3 days`."""
    whole = round(seconds)
    if whole < 2 * 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes < 2 * 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours >= 2 * 24:
        return f"{round(hours / 24)} days"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def listed(names: Sequence[str], limit: int = NAMES) -> str:
    """`a`, `a and b`, `a, b and c`, `a, b, c and 5 more`; each made harmless."""
    shown = [called(name) for name in names[:limit]]
    if len(names) > limit:
        shown = [*shown[: limit - 1], f"{len(names) - limit + 1} more"]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""


def portion(count: int, whole: int, what: str) -> str:
    """`2 of 6 connections`, `all 7 connections`, `the only connection`."""
    if count != whole:
        return f"{count:,} of {whole:,} {what}s"
    return f"all {whole:,} {what}s" if whole > 1 else f"the only {what}"


def times(value: float) -> str:
    """`once`, `0.13 times`, `40 times`."""
    return "once" if number(value) == "1" else f"{number(value)} times"


def number(value: float) -> str:
    """Two digits that tell: `0.13`, `4.6`, `1,240`."""
    return f"{value:,.0f}" if abs(value) >= WHOLE else f"{value:.2g}"
