"""When it began, where whoever asks has named a time to look at and not the fault itself. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.diagnosis.evidence import Evidence
from bot.diagnosis.findings import Ranked
from bot.diagnosis.onset import first_seen
from bot.diagnosis.wording import is_trouble, template


def began(evidence: Evidence, suspect: Ranked) -> float:
    """Unix seconds. The start of the faulty window, except where the fault began somewhere within it: then when the
    service was first seen to be other than in health, which may be before the window as well.
    """
    window = evidence.faulty.window
    if not evidence.somewhere:
        return window.start
    before = evidence.references[-1].series if evidence.references else ()
    left_usual = first_seen(suspect.service, before, evidence.faulty.series, window.end)
    seen = [*_new_errors(evidence, suspect.service), *_shown(suspect, window.start), left_usual]
    found = min(seen)
    return found if found < window.end else window.start


def _new_errors(evidence: Evidence, service: str) -> Iterator[float]:
    """Failures of what did not fail in health, and lines of trouble that it did not log."""
    health = evidence.references
    broken = {span.operation for of in health for span in of.spans if span.failed and span.service == service}
    usual = {template(line.message) for of in health for line in of.lines if line.service == service}
    for span in evidence.faulty.spans:
        if span.service == service and span.failed and span.operation not in broken:
            yield span.time
    for line in evidence.faulty.lines:
        if line.service == service and is_trouble(line) and template(line.message) not in usual:
            yield line.time


def _shown(suspect: Ranked, start: float) -> Iterator[float]:
    """What its findings show of the time itself; a series begins where the window does."""
    for one in suspect.findings:
        yield from (item.time for item in one.evidence if item.time > start and not item.id.startswith("metric:"))
