"""What a line of several rows says in one: of a stack trace what it ends with, else its first row and what was raised.

Every language prints a stack another way. Python ends with what was raised; the others begin with it, or name it in the
row after what the program had to say.
"""

from __future__ import annotations

import re

from bot.redaction import redact

LONGEST = 640
"""Characters of what is said in one row."""

READ = 8_000
"""Characters of each end that are searched."""

_STACK = re.compile(r"^\s*Traceback \(most recent call last\)", re.MULTILINE)
_AT_LEFT = re.compile(r"^[^\s|+][^\n]*$", re.MULTILINE)
_RAISED = re.compile(
    r"^(?:Caused by: |Unhandled exception\. |Exception in thread \"[^\"\n]{0,80}\" )?"
    r"(?:[A-Za-z_$][\w$]*(?:\.|::))*[A-Za-z_$][\w$]*(?:Error|Exception|Throwable|Fault|Failure|Timeout)\b[^\n]{0,200}",
    re.MULTILINE,
)
_ESCAPED = re.compile(r"\\+(?:r\\+)?n")


def told(message: str) -> str:
    """message: of a log, as it came. A message of one row is what it says, cut at LONGEST."""
    text = message.strip()
    if "\n" not in text:
        return text[:LONGEST]
    if text.startswith("{"):  # JSON that is laid out
        return " ".join(text[: 2 * LONGEST].split())[:LONGEST]
    first, _, rest = kept(text, 2 * READ).partition("\n")
    raised = _ends_with(text) if _STACK.match(first) else _raised(rest, first)
    if not raised:
        return first[:LONGEST]
    return raised[:LONGEST] if _STACK.match(first) else f"{first[: LONGEST // 2]}: {raised}"[:LONGEST]


def unfolded(text: str) -> str:
    """Of a text within JSON, whose ends of rows are written with a backslash."""
    return _ESCAPED.sub("\n", text)


def kept(text: str, longest: int) -> str:
    """Both ends of a text of several rows, since one of them says what was raised; of one row the beginning."""
    if len(text) <= longest or "\n" not in text:
        return text[:longest]
    half = longest // 2
    return f"{text[:half]}\n{text[-(longest - half - 1) :]}"


def shortened(message: str, longest: int) -> str:
    """Without its secrets, where something is left out: half a key is known as one by nobody."""
    return message if len(message) <= longest else kept(redact(message[: 8 * READ]), longest)


def _raised(rest: str, first: str) -> str:
    if _STACK.search(rest):
        return _ends_with(rest)
    found = _RAISED.search(rest)
    return found.group() if found and found.group() not in first else ""


def _ends_with(text: str) -> str:
    """The last row of a stack that is not indented; what stands before a later stack is another's."""
    rows = [row for row in _AT_LEFT.findall(text[-READ:]) if not _STACK.match(row)]
    return rows[-1].strip() if rows else ""
