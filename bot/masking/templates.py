"""Lines of a log that say the same of different things. Pure.

They are masked like messages of tests, and more: what stands in quotes, one of many in an address, and every number
left. A status that was answered stays, since another one is another error. The idea is that of Drain's preprocessing
(He, Zhu, Zheng, Lyu, "Drain: an online log parsing approach with fixed depth tree", ICWS 2017); a few minutes of errors
need no tree.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from bot.catalog.values import Mask
from bot.masking.masks import masked
from bot.patterns import LinearPattern
from bot.ports.telemetry import LogLine

LONGEST = 300
TRACEBACK = "Traceback (most recent call last)"
_OF_LINES = tuple(
    Mask(name, LinearPattern.of(pattern))
    for name, pattern in (
        ("quoted", r"(?:^|\W)('[^'\n]*')"),
        ("quoted", r"(\"[^\"\n]*\")"),
        ("one", r"(?i:/[a-z][a-z_-]*s/)([\w.~%-]+)"),  # of many, as in /products/mug
    )
)
_LEFT = re.compile(
    r"(?P<status>\b(?:answer(?:s|ed)|return(?:s|ed)|status(?:\ code)?|http)[\ :=]{1,2}[1-5]\d\d\b)"
    r"|<(?P<kind>[a-z]{1,12})\d{0,3}>"
    r"|\d+",
    re.IGNORECASE,
)


@dataclass(slots=True)
class NewKind:
    """Lines of one template that was not known. shown: the first that belongs to a trace, else the first. count: lines.

    requests: the traces they belong to; a line without one is a request of its own. traces: those of them that are.
    """

    shown: LogLine
    count: int = 0
    requests: set[str] = field(default_factory=set[str])
    traces: set[str] = field(default_factory=set[str])


def template_of(line: LogLine) -> str:
    return f"{line.service}: {_template(said(line))}"


@lru_cache(maxsize=4_096)
def _template(text: str) -> str:
    """Whoever watches reads the same lines again and again."""
    return _LEFT.sub(_left, masked(text, _OF_LINES))


def _left(found: re.Match[str]) -> str:
    """Which of several values it is differs as well."""
    return found["status"] or f"<{found['kind'] or 'n'}>"


def said(line: LogLine) -> str:
    """One line that tells most: of a stack trace what it ends with, and the exception that the message leaves out."""
    rows = [row.strip() for row in line.message.splitlines() if row.strip()] or [""]
    told = rows[-1] if rows[0].startswith(TRACEBACK) else rows[0]
    exception, why = (line.attributes.get(f"exception.{name}", "") for name in ("type", "message"))
    if exception and exception not in told and not (why and why in told):
        told = f"{told}: {exception}: {why}".rstrip(": ")
    return told[:LONGEST]


def new_kinds(lines: Iterable[LogLine], known: Collection[str]) -> list[NewKind]:
    """By template, those with the most lines first."""
    found: dict[str, NewKind] = {}
    for place, line in enumerate(sorted(lines, key=lambda line: line.at)):
        template = template_of(line)
        if template in known:
            continue
        kind = found.setdefault(template, NewKind(line))
        kind.count += 1
        kind.requests.add(line.trace_id or f"line {place}")
        kind.traces.update(filter(None, [line.trace_id]))
        if line.trace_id and not kind.shown.trace_id:
            kind.shown = line
    return sorted(found.values(), key=lambda kind: -kind.count)
