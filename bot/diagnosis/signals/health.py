"""Whether there is a time in health to compare with, and whether it is one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.evidence import Evidence, Observed
from bot.diagnosis.signals.findings import FAILS, Ranked
from bot.diagnosis.words.saying import clock

FAULTY, AS_OFTEN = 0.2, 0.5
"""Of its requests fail, and so large a part of the share that fails in the fault: then it is no health."""

KINDS = ("traces", "logs", "metrics")

LEAST = 5
"""Requests, below which nothing is said of it."""


def capped(sure: Confidence, services: tuple[Ranked, ...], common: Collection[str], evidence: Evidence) -> Confidence:
    """Low where what leads was compared with nothing, or with what is faulty. common: sources of both windows."""
    errors = bool(services and services[0].findings and services[0].findings[0].layer in FAILS)
    compared = bool(common) and ("traces" in common or not errors)
    return sure if compared and not any(_faulty(evidence)) else Confidence.LOW


def unsound(common: Collection[str], evidence: Evidence) -> Iterator[str]:
    """What is wrong with it, in words; nothing where nothing is."""
    since = earliest(evidence.faulty)
    if evidence.faulty.sources and not common:
        yield f"nothing to compare with before {clock(since)}" if clock(since) else "nothing to compare with"
    yield from _faulty(evidence)


def lacking(evidence: Evidence) -> Iterator[str]:
    """Which kinds of evidence are missing, and where. Of a time in health that holds nothing, `unsound` tells; that
    nothing at all is known, the answer itself.
    """
    health = {source for each in evidence.references for source in each.sources}
    now = evidence.faulty.sources
    if not now and not health:
        return
    asked = "asked about" if evidence.somewhere else "of the failure"
    where = {
        "at all": [kind for kind in KINDS if kind not in now and kind not in health],
        "in the healthy minutes": [kind for kind in now if health and kind not in health],
        f"in the minutes {asked}": [kind for kind in KINDS if now and kind in health and kind not in now],
    }
    yield from (f"{' and '.join(f'no {kind}' for kind in kinds)} {place}" for place, kinds in where.items() if kinds)


def _faulty(evidence: Evidence) -> Iterator[str]:
    failed, requests = _requests(evidence.references[0]) if evidence.references else (0, 0)
    now, asked = _requests(evidence.faulty)
    usual = failed / requests if requests >= LEAST else 0.0
    if asked and usual >= FAULTY and usual >= AS_OFTEN * now / asked:
        yield f"the time before is itself faulty: {failed:,} of {requests:,} requests fail in it"


def _requests(of: Observed) -> tuple[int, int]:
    """Those that fail, and all."""
    roots = [span.failed for span in of.spans if not span.parent_id]
    return sum(roots), len(roots)


def earliest(of: Observed) -> float:
    """When anything was heard first."""
    times = [item.time for item in (*of.spans, *of.lines)] or [one.times[0] for one in of.series if one.times]
    return max(of.window.start, min(times, default=of.window.start))
