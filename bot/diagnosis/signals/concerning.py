"""What of the evidence is of what failed, where another fault is in the same minutes. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from bot.diagnosis.evidence import Deployment, Evidence, Line, Observed
from bot.diagnosis.signals.trouble import is_trouble
from bot.diagnosis.signals.wording import template


def of_what_failed(evidence: Evidence) -> Evidence:
    """The same where nobody points at a trace, or nothing is seen of those. Lines of trouble that only other requests
    logged are set aside; a version that came by the first failure counts as changed, also where it came while the run
    was under way, unless it went again by then.
    """
    pointed = frozenset(evidence.pointed)
    lines = _without_others(evidence.faulty, pointed)
    return replace(evidence, faulty=lines, changed=_changed(evidence, pointed))


def _without_others(of: Observed, pointed: Collection[str]) -> Observed:
    """Where no line bears the id of these traces, none tells whose it is; nor does trouble of which one bears none."""
    if not any(line.trace_id in pointed for line in of.lines):
        return of
    traces: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    keys = [_key(line) for line in of.lines]
    for line, key in zip(of.lines, keys, strict=True):
        traces[key].add(line.trace_id)
    others = {key for key, ids in traces.items() if "" not in ids and ids.isdisjoint(pointed)}
    kinds = [(*key, line.level) for line, key in zip(of.lines, keys, strict=True)]
    theirs = {kind: line for line, kind in zip(of.lines, kinds, strict=True) if kind[:2] in others}
    trouble = {kind for kind, one in theirs.items() if is_trouble(one)}  # of each one alone: all of it is read
    kept = tuple(line for line, kind in zip(of.lines, kinds, strict=True) if kind not in trouble)
    return replace(of, lines=kept, lines_seen=round(of.lines_seen * len(kept) / len(of.lines)))


def _key(line: Line) -> tuple[str, str]:
    return line.service, template(line.message)


def _changed(evidence: Evidence, pointed: Collection[str]) -> tuple[str, ...]:
    """Services in another version than in health when the first of these traces failed."""
    failed = [span.time for span in evidence.faulty.spans if span.failed and span.trace_id in pointed]
    if not failed or not evidence.references:
        return evidence.changed
    since, until = evidence.references[0].window.end, min(failed)
    came: defaultdict[str, list[Deployment]] = defaultdict(list)
    for each in sorted(evidence.deployments, key=lambda each: each.time):
        if since <= each.time <= until:
            came[each.service].append(each)
    new = {service for service, of in came.items() if not of[0].before or of[0].before != of[-1].version}
    return tuple(sorted({*evidence.changed, *new}))
