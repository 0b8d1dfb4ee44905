"""Services by how likely the fault is theirs: deterministic, offline, explained. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.diagnosis.blame import producers
from bot.diagnosis.blame.changes import Blame, Change, blame
from bot.diagnosis.confidence import NOTHING, Confidence, confidence, lowered
from bot.diagnosis.evidence import Evidence, Observed, Span
from bot.diagnosis.signals import between, contracts, deviations, flow, pointed, starting, timing, topology, wording
from bot.diagnosis.signals import health as health_of
from bot.diagnosis.signals.calls import Calls, Key, observed
from bot.diagnosis.signals.complaining import Complaint, complaints
from bot.diagnosis.signals.deviations import Deviation
from bot.diagnosis.signals.findings import FAILS, Finding, Layer, Ranked, agreed
from bot.diagnosis.signals.onset import first_seen
from bot.diagnosis.signals.starting import Starts
from bot.diagnosis.signals.traffic import amplified, asked_by_surging, asked_more, by_callers, surging
from bot.diagnosis.words.began import began

WEIGHT = {
    Layer.ERRORS: 1.0,
    Layer.OWN_TIME: 0.9,
    Layer.WIRE: 1.0,
    Layer.CALLS: 0.7,
    Layer.LOGS: 0.8,
    Layer.RESOURCES: 1.0,
    Layer.SATURATION: 1.0,
    Layer.SYMPTOMS: 1.0,
    Layer.CHANGE: 1.0,
    Layer.CONTRACT: 1.0,
}
ALIKE = {Layer.CONTRACT: Layer.ERRORS}
"""What counts once with another: of a call that fails there is one cause."""

PASSED_ON = frozenset({Layer.SYMPTOMS, Layer.SATURATION, Layer.CALLS, Layer.LOGS, *FAILS})
"""What waits for another fills its threads, connections and queues."""

USED = frozenset({Layer.RESOURCES, Layer.SATURATION, Layer.SYMPTOMS})
NOTICEABLE = 0.6
ADDRESS, ASIDE, CHANGED = 0.7, 0.4, 1.3
"""What stands out on a service counts so much when it is a host, when what failed has not asked it, when it runs in
another version than in health. Where nothing stands out, that is nothing.
"""
SHOWN = 0.8
"""What a symptom counts where every fault shows."""

_ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+|(?:[\w-]+\.){2,}[a-z]{2,}", re.IGNORECASE)

CONTRADICTS = 5
"""Requests, or lines."""

TRACED = 20
"""Requests, below which who is not in their traces may be at fault all the same, and time is better told by metrics."""

FURTHER = 0.4
"""What each further finding adds, of the one before."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """services: the likeliest first, all that the evidence knows. answer: the first, empty when nobody can tell.

    words: one sentence for a person. unchanged: why no change is suspected, where none is. remarks: what is missing.
    """

    services: tuple[Ranked, ...]
    confidence: Confidence = Confidence.LOW
    answer: str = ""
    words: str = ""
    change: Change | None = None
    unchanged: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _View:
    of: Observed
    calls: Calls
    said: wording.Said
    told: Mapping[Key, Complaint]


def rank(evidence: Evidence, layers: Collection[Layer] = tuple(Layer)) -> Ranking:
    """layers: those that count, all unless one is to be measured without the others."""
    names = sorted(_names(evidence))
    now = _view(evidence.faulty, names)
    references = [_view(each, names) for each in evidence.references]
    deviating = _deviating(now, references)
    edges = {edge for each in (now, *references) for edge in each.calls.edges}
    if now.calls.roots < TRACED:
        edges |= {edge for edge in wording.accusations(now.said, names) if edge[::-1] not in edges}
    reached = topology.reached(edges)
    health = references[0].of.spans if references else ()
    own = starting.starts(now.of.spans, frozenset(evidence.pointed), health, reached, now.told)
    found = [*own.weighed(_findings(now, references, names, deviating)), *_broken(now, health, evidence, own)]
    found = [*by_callers(found, amplified(asked_more(evidence), edges))]
    concerned = topology.concerned(now.of.spans, frozenset(evidence.pointed), reached, now.told)
    seen = (deviations.faint(deviating), concerned, evidence.changed, evidence.entry)
    ratios, surge = asked_more(evidence), surging(evidence)
    uncounted = frozenset(names) - ratios.keys() - {evidence.entry} if surge else frozenset[str]()
    setting = _Setting(reached, surge, *seen, uncounted)
    services = _ordered(names, [one for one in found if one.layer in layers], setting)
    common = _common(evidence)
    sure = confidence(services, len(common))
    sure = lowered(sure) if evidence.away else sure
    sure = health_of.capped(sure, services, common, evidence)
    remarks = (*evidence.remarks, *health_of.unsound(common, evidence), *health_of.lacking(evidence))
    if not services or services[0].score < NOTHING:
        because = "cannot tell: nothing stands out against the time in health"
        return Ranking(services, Confidence.LOW, "", because, None, "no service stands out", remarks)
    first = services[0]
    since = _began(evidence, first)
    blamed = blame(evidence, first, since)
    if blamed.change is None and (of_another := producers.another(evidence, services, edges, since)):
        services, sure, blamed = producers.first(of_another, services), lowered(sure), Blame(of_another)
        first = services[0]
    words = f"{first.service} ({sure}): {first.findings[0].words}"
    return Ranking(services, sure, first.service, words, blamed.change, blamed.because, remarks)


def led_by(evidence: Evidence, ranking: Ranking, service: str, rivals: Collection[str]) -> Ranking:
    """The same, as an answer to whose fault it is of a few: no surer than medium where another stands out most of all.

    service: one of those ranked, of which something stands out. rivals: the few, who might be it instead.
    """
    if service == ranking.answer:
        return ranking
    first = next(one for one in ranking.services if one.service == service)
    others = tuple(one for one in ranking.services if one is not first)
    common = _common(evidence)
    sure = confidence((first, *(one for one in others if one.service in rivals)), len(common))
    sure = lowered(sure) if sure is Confidence.HIGH else sure
    sure = health_of.capped(lowered(sure) if evidence.away else sure, (first,), common, evidence)
    blamed = blame(evidence, first, _began(evidence, first))
    words = f"{service} ({sure}): {first.findings[0].words}"
    return Ranking((first, *others), sure, service, words, blamed.change, blamed.because, ranking.remarks)


@dataclass(frozen=True, slots=True)
class _Setting:
    """reached: by service those below it. surge: those that are asked more. faint: what orders the unremarkable.

    concerned: those that what failed has asked, where that is known. changed: those in another version than in health.
    entry: where requests come in shows whatever goes wrong anywhere. uncounted: in a surge, those of which nobody knows
    how much is asked, such as a queue that fills.
    """

    reached: Mapping[str, Collection[str]]
    surge: Collection[str]
    faint: Mapping[str, float]
    concerned: Collection[str] | None = None
    changed: Collection[str] = ()
    entry: str = ""
    uncounted: Collection[str] = ()

    def aside(self, service: str) -> bool:
        return self.concerned is not None and service not in self.concerned


def _ordered(names: Sequence[str], found: Iterable[Finding], setting: _Setting) -> tuple[Ranked, ...]:
    of: dict[str, list[Finding]] = {name: [] for name in names}
    for one in found:
        of[one.service].append(one)
    scores = {service: _ranked(service, its).score for service, its in of.items()}
    later = asked_by_surging(setting.surge, setting.reached)
    ranked: list[Ranked] = []
    for service, its in of.items():
        if service in setting.surge:
            kept = [_asked_more(one) if service in later else one for one in its]
        elif service in setting.uncounted:
            kept = [_asked_more(one) for one in its]
        else:
            kept = [_passed_on(one, scores, setting.reached.get(service, ())) for one in its]
        if service == setting.entry:
            kept = [_shown(one) for one in kept]
        ranked.append(_ranked(service, kept))
    addresses = _addresses(names)
    aside = {service for service in names if setting.aside(service)}
    weights = ((addresses, ADDRESS), (aside, ASIDE), (setting.changed, CHANGED))
    for whose, weight in weights:
        ranked = [_weighed(one, whose, weight) for one in ranked]
    return tuple(sorted(ranked, key=lambda one: (-one.score, -setting.faint.get(one.service, 0.0), one.service)))


def _shown(one: Finding) -> Finding:
    return replace(one, strength=one.strength * SHOWN) if one.layer is Layer.SYMPTOMS else one


def _asked_more(one: Finding) -> Finding:
    """What a service uses up, and how it does, when all ask more: the first that is asked comes before it."""
    return replace(one, strength=one.strength / 2) if one.layer in USED else one


def _weighed(ranked: Ranked, whose: Collection[str], weight: float) -> Ranked:
    return replace(ranked, score=ranked.score * weight) if ranked.service in whose else ranked


def _addresses(names: Collection[str]) -> frozenset[str]:
    """Hosts among services: what is seen of them is seen by those who call, and the service behind may have its name.

    Where most have such names, they are the services.
    """
    found = frozenset(name for name in names if _ADDRESS.search(name))
    return found if 2 * len(found) < len(names) else frozenset()


def _common(evidence: Evidence) -> tuple[str, ...]:
    """Sources that there are of both windows."""
    health = {source for each in evidence.references for source in each.sources}
    return tuple(source for source in evidence.faulty.sources if source in health)


def _began(evidence: Evidence, first: Ranked) -> float:
    """Before the window where its metrics left their usual range before; else when it was first seen to fail."""
    before, start = evidence.references[-1].series if evidence.references else (), evidence.faulty.window.start
    left_usual = first_seen(first.service, before, evidence.faulty.series, start)
    return left_usual if left_usual < start else began(evidence, first)


def _passed_on(one: Finding, scores: Mapping[str, float], below: Collection[str]) -> Finding:
    """What a service also shows when one that it calls is at fault counts half when such a one stands out as well."""
    if one.layer not in PASSED_ON or not any(scores[other] >= one.strength * NOTICEABLE for other in below):
        return one
    return replace(one, strength=one.strength / 2)


def _view(of: Observed, names: Sequence[str]) -> _View:
    """In an order of its own, so that nothing depends on the order in which evidence arrived."""
    ordered = replace(
        of,
        spans=tuple(sorted(of.spans, key=lambda span: (span.time, span.trace_id, span.span_id))),
        lines=tuple(sorted(of.lines, key=lambda line: (line.time, line.service, line.link, line.message))),
        series=tuple(sorted(of.series, key=lambda one: (one.service, one.metric))),
    )
    failed = {span.trace_id for span in ordered.spans if span.failed}
    told = complaints((line for line in ordered.lines if line.trace_id in failed), names)
    calls = observed(ordered.spans, told)
    return _View(ordered, calls, wording.said(ordered, calls), told)


def _names(evidence: Evidence) -> set[str]:
    windows = (evidence.faulty, *evidence.references)
    return {item.service for of in windows for item in (*of.spans, *of.lines, *of.series)}


def _deviating(now: _View, references: Sequence[_View]) -> list[Deviation]:
    first, *others = [each.of.series for each in references if each.of.series] or [()]
    return deviations.deviations(now.of.series, first, others[-1] if others else ())


def _findings(
    now: _View, references: Sequence[_View], names: Sequence[str], deviating: Sequence[Deviation]
) -> list[Finding]:
    traced = [each.calls for each in _enough(references, lambda each: each.calls.roots)] if now.of.spans else []
    told = _enough(references, lambda each: len(each.of.lines)) if now.of.lines else []
    found = [
        agreed([timing.own_time(now.calls, each) for each in traced]),
        agreed([timing.wire(now.calls, each) for each in traced]),
        agreed([between.between(now.calls, each) for each in traced]),
        agreed([flow.origins(now.calls, each) for each in traced or [Calls()]]),
        agreed([flow.calls(now.calls, each) for each in traced]),
        agreed([wording.shifts(now.said, each.said, names, traced=bool(traced)) for each in told]),
        deviations.findings(deviating, now.calls.served if traced and now.calls.roots >= TRACED else ()),
    ]
    return [one for each in found for one in each.values()]


def _broken(now: _View, health: Sequence[Span], evidence: Evidence, own: Starts) -> list[Finding]:
    """By what was asked: of what failed, and of all. health: of the first reference, whose versions are known."""
    changed = frozenset(evidence.changed)
    failed = pointed.broken(now.of.spans, frozenset(evidence.pointed), health, changed, now.told)
    if not health:
        return failed
    named = {one.service for one in failed}
    every = contracts.breaks(now.of.spans, health, changed).values()
    return [*failed, *(one for one in every if one.service in named or not own.failing)]


def _enough(references: Sequence[_View], size: Callable[[_View], int]) -> list[_View]:
    """Those that hold any of it; a second reference only when it holds enough to contradict the first."""
    held = [each for each in references if size(each)]
    return held[:1] + [each for each in held[1:] if size(each) >= CONTRADICTS]


def _ranked(service: str, found: Sequence[Finding]) -> Ranked:
    weighed = sorted(found, key=lambda one: -one.strength * WEIGHT[one.layer])
    best: dict[Layer, float] = defaultdict(float)
    for one in weighed:
        layer = ALIKE.get(one.layer, one.layer)
        best[layer] = max(best[layer], one.strength * WEIGHT[one.layer])
    score = sum(value * FURTHER**place for place, value in enumerate(sorted(best.values(), reverse=True)))
    return Ranked(service, score, tuple(weighed))
