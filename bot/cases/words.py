"""What a test said, as a person is to read it: one line, and an excerpt, both without secrets. Pure."""

from __future__ import annotations

import re

from bot.failures.values import Failure, Fingerprint
from bot.redaction import redact

LINE, EXCERPT, EXCERPT_LINES, NAME = 200, 1_200, 12, 200
_MARKS = ("E   ", "E  ", "> ")
_LONG = 60
"""Characters of a quoted answer from which only what it says went wrong is quoted."""
_TELLING = tuple(
    re.compile(rf"""["']{name}["']\s*:\s*(?:"(?P<double>[^"]+)(?:"|$)|'(?P<single>[^']+)(?:'|$))""", re.IGNORECASE)
    for name in ("error", "message", "error_message", "msg", "detail", "reason", "description", "title")
)


def says(failure: Failure, known: Fingerprint) -> str:
    """`KeyError: 'EUR'`. What the fingerprint found behind wrappers goes before what they say."""
    line = next((bare for each in failure.message.splitlines() if (bare := _bare(each))), "")
    if known.error_class and known.error_class.casefold() not in line.casefold():
        behind = known.line if known.line and known.line.casefold() not in line.casefold() else line
        line = f"{known.error_class}: {behind}"
    return redact(_without_data(line or known.line or "it failed without a word"))[:LINE]


def _without_data(line: str) -> str:
    """A long answer quoted in it, as JSON or as Python prints it, gives way to what it says went wrong."""
    start, end = line.find("{"), line.rfind("}") + 1
    quoted = line[start : end if end > start else len(line)] if start >= 0 else ""
    if len(quoted) < _LONG:
        return line
    found = next((said for each in _TELLING if (said := each.search(quoted))), None)
    told = found["double"] or found["single"] if found else "{…}"
    return f"{line[:start]}{told}{line[start + len(quoted) :]}"


def line(said: str) -> str:
    """The first of it."""
    return redact(said.strip().partition("\n")[0].rstrip())[:LINE]


def excerpt(failure: Failure) -> str:
    """Its message and the end of its stack, where the error stands in most languages."""
    message = [line.rstrip() for line in failure.message.splitlines() if line.strip()][:EXCERPT_LINES]
    said = {_bare(line) for line in message}
    stack = [line.rstrip() for line in failure.stack.splitlines() if line.strip() and _bare(line) not in said]
    room = EXCERPT_LINES - len(message)
    return redact("\n".join([*(stack[-room:] if room > 0 else []), *message]))[-EXCERPT:]


def kind(known: Fingerprint) -> str:
    """What all messages of that fingerprint say."""
    return redact(": ".join(filter(None, (known.error_class, known.line))) or known.place)[:LINE]


def name(test: str) -> str:
    """Names may hold parameters, and those what is secret."""
    return redact(test)[:NAME]


def _bare(line: str) -> str:
    bare = line.strip()
    for mark in _MARKS:
        bare = bare.removeprefix(mark)
    return bare.strip()
