"""Lines of a log that say the same of different things. Pure.

What differs from request to request is masked: numbers, ids, moments, addresses. The idea is that of Drain's
preprocessing (He, Zhu, Zheng, Lyu, "Drain: an online log parsing approach with fixed depth tree", ICWS 2017); a few
minutes of errors need no tree.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

from bot.ports.telemetry import LogLine

MASK = "#"
LONGEST = 300
TRACEBACK = "Traceback (most recent call last)"
_DIFFERS = re.compile(
    r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b"  # a UUID
    r"|\b(?=[a-z]*\d)[0-9a-f]{8,}\b"  # a hash, or the id of a trace
    r"|\b0x[0-9a-f]+"
    r"|\d+(?:[.:,T-]\d+)*",
    re.IGNORECASE,
)


def template_of(line: LogLine) -> str:
    return f"{line.service}: {_DIFFERS.sub(MASK, said(line))}"


def said(line: LogLine) -> str:
    """One line that tells most: of a stack trace what it ends with, and the exception that the message leaves out."""
    rows = [row.strip() for row in line.message.splitlines() if row.strip()] or [""]
    told = rows[-1] if rows[0].startswith(TRACEBACK) else rows[0]
    exception, why = (line.attributes.get(f"exception.{name}", "") for name in ("type", "message"))
    if exception and exception not in told and not (why and why in told):
        told = f"{told}: {exception}: {why}".rstrip(": ")
    return told[:LONGEST]


def most_frequent_new(lines: Iterable[LogLine], known: Collection[str], most: int) -> list[tuple[LogLine, int]]:
    """Of each template that is not known the first line that belongs to a trace, and how many there were."""
    counts: Counter[str] = Counter()
    shown: dict[str, LogLine] = {}
    for line in sorted(lines, key=lambda line: line.at):
        template = template_of(line)
        if template in known:
            continue
        counts[template] += 1
        if template not in shown or (line.trace_id and not shown[template].trace_id):
            shown[template] = line
    return [(shown[template], count) for template, count in counts.most_common(most)]
