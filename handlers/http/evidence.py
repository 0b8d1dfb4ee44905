"""What an item of evidence is, in words, as far as that is kept.

A diagnosis keeps of a request where it is and when it was: its operation is looked up among what services have sent
here. Of a line of a log nothing is kept but that: what it says stands where it was logged.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta

import structlog

from bot.diagnosis.asking import Question
from bot.diagnosis.evidence import Item
from bot.errors import SignalboxError
from bot.ports.telemetry import Span
from bot.redaction import redact

log = structlog.get_logger(__name__)

Traces = Callable[[str], Awaitable[Sequence[Span]]]
"""Every span of the trace with that id; none where it is not kept. Raises Unavailable."""

LOOKED_UP, LONGEST, COMMIT = 12, 200, 12
"""Traces that are looked up for one page, characters that are shown, and of a commit's hash."""

MILLISECOND = timedelta(milliseconds=1)


async def no_traces(_trace: str) -> Sequence[Span]:
    return ()


async def requests(items: Iterable[Item], traces: Traces) -> Mapping[str, str]:
    """By the ids of items: `POST /charge failed, 84 ms`. Without secrets."""
    wanted = dict.fromkeys(_trace_of(each) for each in items if each.id.startswith("span:"))
    found: dict[str, str] = {}
    for trace in list(wanted)[:LOOKED_UP]:
        try:
            spans = await traces(trace)
        except SignalboxError as away:
            log.warning("requests are not told by name", reason=away.user_message)
            break
        found |= {f"span:{trace}/{span.span_id}": _request(span) for span in spans}
    return found


def words(item: Item, question: Question, requests: Mapping[str, str]) -> str:
    """What it is, without secrets; empty where nothing but its id is known."""
    kind, _, name = item.id.partition(":")
    match kind:
        case "span":
            return requests.get(item.id, "")
        case "log":
            return "a line of its log"
        case "metric":
            return redact(name.partition("/")[2])[:LONGEST]
        case "deployment":
            return f"{redact(name.rpartition('@')[2])[:LONGEST]} deployed"
        case "commit":
            subject = next((each.message for each in question.commits if each.sha == name), "")
            line, _, _ = redact(subject).partition("\n")
            return f"{name[:COMMIT]} {line[:LONGEST]}".strip()
    return ""


def _trace_of(item: Item) -> str:
    return item.id.partition(":")[2].partition("/")[0]


def _request(span: Span) -> str:
    how = f" failed{f': {span.status}' if span.status else ''}" if span.failed else ""
    return redact(f"{span.name}{how}, {span.duration / MILLISECOND:,.0f} ms")[:LONGEST]
