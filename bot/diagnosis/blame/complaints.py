"""What a service complains of: the words that its errors quote, and causes that no deployment brings. Pure."""

from __future__ import annotations

import re
from collections import Counter

from bot.diagnosis.evidence import Evidence, Line
from bot.diagnosis.signals.findings import FAILS, Ranked
from bot.diagnosis.signals.trouble import given_by
from bot.redaction import redact

_HOST = re.compile(
    r"\b(?:[a-z0-9-]+\.){1,4}(?:com|net|org|io|dev|cloud|app|co|eu|de|uk|us|internal|local)\b", re.IGNORECASE
)
_UNWELL = re.compile(
    r"\b50[0234]\b|\b5xx\b|timed? ?out|timeout|deadline|unavailable|refused|reset|did not answer|no (?:answer|response)"
    r"|not respond|unreachable|no such host|outage",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"'`]([A-Za-z_][\w.]{1,60})[\"'`]")


def lines_of(evidence: Evidence, service: str) -> list[Line]:
    quiet = {"INFO", "DEBUG", "TRACE"}
    return [line for line in evidence.faulty.lines if line.service == service and line.level not in quiet][:50]


def named(evidence: Evidence, service: str) -> frozenset[str]:
    """What its complaints put in quotes, lower case."""
    lines = (redact(line.message) for line in lines_of(evidence, service))
    return frozenset(word.lower() for text in lines for word in _QUOTED.findall(text))


def missed_by(evidence: Evidence, suspect: Ranked) -> frozenset[str]:
    """What it puts in quotes, or those in which its fault is seen: they break on what it answers."""
    seen_in = {item.service for each in suspect.findings if each.layer in FAILS for item in each.evidence}
    return frozenset(name for service in {suspect.service, *seen_in} for name in named(evidence, service))


def outside_of(evidence: Evidence, suspect: Ranked) -> str:
    """What most of what goes wrong tells of that no deployment brings: a host that is none of ours and answers as if
    unwell, what has expired, is full, or is not found.
    """
    told = [line.message for line in lines_of(evidence, suspect.service)]
    told += [span.operation for span in evidence.faulty.spans if span.failed and span.service == suspect.service]
    hosts = ((text, _HOST.findall(text)) for text in told if _UNWELL.search(text))
    unwell = [f"it fails at {host[0].lower()}, which is outside" for _, host in hosts if host]
    given = [f"{why}, as it says" for text in told for why in given_by(text)]
    most = max(unwell, given, key=len)
    return Counter(most).most_common(1)[0][0] if most and len(most) >= len(told) / 2 else ""
