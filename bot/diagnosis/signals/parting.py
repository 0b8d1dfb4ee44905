"""A time in health within the minutes that somebody asked about, where nothing is known of the time before. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.diagnosis.blame.changes import version
from bot.diagnosis.evidence import Evidence, Observed, Window
from bot.diagnosis.signals.deviations import cut
from bot.diagnosis.signals.symptoms import served

FEWEST = 5
"""Calls of the service in either part."""


def parted(evidence: Evidence, service: str) -> Evidence:
    """The same where no service is asked about, where its health is known, or where too few calls of it are seen.

    Else what was before its last deployment there is the health that the rest is compared with; without a deployment,
    the first half of its calls.
    """
    calls = served(evidence.faulty.spans, service) if service else ()
    if not calls or any(served(of.spans, service) for of in evidence.references):
        return evidence
    times = sorted(span.time for span in calls)
    for at, what in _moments(evidence, service, times):
        earlier = sum(time < at for time in times)
        if FEWEST <= earlier <= len(times) - FEWEST:
            return _at(evidence, at, what)
    return evidence


def _moments(evidence: Evidence, service: str, times: list[float]) -> Iterator[tuple[float, str]]:
    for each in sorted(evidence.deployments, key=lambda each: -each.time):
        if each.service == service:
            yield each.time, f"the minutes before {version(each)}"
    yield times[len(times) // 2], "the first half of that time"


def _at(evidence: Evidence, at: float, what: str) -> Evidence:
    whole = evidence.faulty.window
    first, last = (_part(evidence.faulty, each) for each in (Window(whole.start, at), Window(at, whole.end)))
    since = {each.service for each in evidence.deployments if at <= each.time < whole.end}
    return replace(evidence, faulty=last, references=(first,), changed=tuple(sorted(since)), compared=what)


def _part(of: Observed, window: Window) -> Observed:
    """A trace belongs where it begins."""
    begins: dict[str, float] = {}
    for span in of.spans:
        begins[span.trace_id] = min(span.time, begins.get(span.trace_id, span.time))
    lines = tuple(line for line in of.lines if window.start <= line.time < window.end)
    seen = round(of.lines_seen * len(lines) / len(of.lines)) if of.lines else 0
    spans = tuple(span for span in of.spans if _within(begins[span.trace_id], of.window, window))
    return Observed(window, spans, lines, cut(of.series, window), seen)


def _within(at: float, whole: Window, window: Window) -> bool:
    """What reaches over an edge of the whole is in the part at that edge."""
    return (window.start <= at or window.start == whole.start) and (at < window.end or window.end == whole.end)
