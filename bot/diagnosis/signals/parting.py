"""A time in health within the minutes that somebody asked about, where nothing is known of the time before. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.diagnosis.blame.changes import version
from bot.diagnosis.evidence import Evidence, Observed, Window
from bot.diagnosis.signals.calm import Trouble, gaps
from bot.diagnosis.signals.deviations import cut
from bot.diagnosis.signals.symptoms import served

FEWEST = 5
"""Calls of the service in either part."""


def parted(evidence: Evidence, service: str, troubles: Sequence[Trouble] = ()) -> Evidence:
    """The same where no service is asked about, where its health is known, or where too few calls of it are seen.

    Else the calm minutes among them are the health that the last trouble is compared with; where none is known, what
    was before its last deployment there; without a deployment, the first half of its calls.
    """
    calls = served(evidence.faulty.spans, service) if service else ()
    if not calls or any(served(of.spans, service) for of in evidence.references):
        return evidence
    times = sorted(span.time for span in calls)
    if known := _calm(evidence, times, troubles):
        return known
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


def _calm(evidence: Evidence, times: Sequence[float], troubles: Sequence[Trouble]) -> Evidence | None:
    """None where there were too few calls either in trouble or out of it."""
    whole = evidence.faulty.window

    def enough(window: Window) -> bool:
        return sum(window.start <= time < window.end for time in times) >= FEWEST

    within = [Window(max(each.window.start, whole.start), min(each.window.end, whole.end)) for each in troubles]
    ill = sorted(filter(enough, within), key=lambda window: window.start)
    well = sorted(filter(enough, gaps(whole, troubles)), key=lambda window: window.seconds)
    if not ill or not well:
        return None
    return _against(evidence, well[-1], ill[-1], "the minutes of it in which nothing was known to be wrong")


def _at(evidence: Evidence, at: float, what: str) -> Evidence:
    whole = evidence.faulty.window
    return _against(evidence, Window(whole.start, at), Window(at, whole.end), what)


def _against(evidence: Evidence, health: Window, faulty: Window, what: str) -> Evidence:
    then, now = _part(evidence.faulty, health), _part(evidence.faulty, faulty)
    first, last = sorted((health.end, faulty.end))
    since = {each.service for each in evidence.deployments if first <= each.time < last}
    return replace(evidence, faulty=now, references=(then,), changed=tuple(sorted(since)), compared=what)


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
