"""When it began: whatever is told of that is told from one moment. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from bot.diagnosis.evidence import Evidence, Line
from bot.diagnosis.signals.findings import Layer, Ranked
from bot.diagnosis.signals.onset import first_seen
from bot.diagnosis.signals.trouble import is_trouble
from bot.diagnosis.signals.wording import template


def began(evidence: Evidence, suspect: Ranked) -> float:
    """Unix seconds. When the service was first seen to fail as it did not in health, or the one that shows what it
    changed; the start of the faulty window where neither was. Of a time that somebody only asked about, whatever else
    its findings show tells as well, and that may be before the window.
    """
    window = evidence.faulty.window
    whose = [suspect, *([suspect.shown_by] if suspect.shown_by else [])]
    found = min((at for one in whose for at in _seen(evidence, one)), default=window.start)
    return found if found < window.end else window.start


def _seen(evidence: Evidence, suspect: Ranked) -> Iterator[float]:
    yield from _new_errors(evidence, suspect.service)
    if evidence.somewhere:
        window = evidence.faulty.window
        before = evidence.references[-1].series if evidence.references else ()
        yield from _shown(suspect, window.start)
        yield first_seen(suspect.service, before, evidence.faulty.series, window.end)


def new_trouble(evidence: Evidence, service: str) -> Mapping[str, list[Line]]:
    """Lines of trouble by what they have in common, where it did not log the like in health."""
    health = (line for of in evidence.references for line in of.lines if line.service == service)
    usual = {template(line.message) for line in health}
    new: dict[str, list[Line]] = defaultdict(list)
    for line in evidence.faulty.lines:
        if line.service == service and is_trouble(line) and (key := template(line.message)) not in usual:
            new[key].append(line)
    return new


def _new_errors(evidence: Evidence, service: str) -> Iterator[float]:
    """Failures of what did not fail in health, and lines of trouble that it did not log."""
    health = evidence.references
    broken = {span.operation for of in health for span in of.spans if span.failed and span.service == service}
    for span in evidence.faulty.spans:
        if span.service == service and span.failed and span.operation not in broken:
            yield span.time
    yield from (line.time for lines in new_trouble(evidence, service).values() for line in lines)


def _shown(suspect: Ranked, start: float) -> Iterator[float]:
    """What its findings show of the time itself; a series begins where the window does, and a change came before."""
    for one in suspect.findings:
        if one.layer is Layer.CHANGE:
            continue
        yield from (item.time for item in one.evidence if item.time > start and not item.id.startswith("metric:"))
