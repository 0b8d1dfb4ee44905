"""Whether more is asked than in health, and of whom first. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from statistics import median

from bot.diagnosis.evidence import Evidence
from bot.diagnosis.signals.calls import Edge
from bot.diagnosis.signals.deviations import paired
from bot.diagnosis.signals.findings import Finding, Layer, grade
from bot.diagnosis.signals.kinds import Kind, kind_of, words

MORE = 1.7
"""Times as many requests as in health."""

MOST = 0.6
"""Of the services that count requests: when so many have more, it comes from outside."""


AMPLIFIED = (2.0, 6.0)
"""Times as many calls for each request: from where it counts, and where there is no doubt."""

LESSENED = 0.75
"""Of what stands out on a service that one caller asks so much more."""

ASKS = frozenset({"outbound", "outgoing", "egress", "upstream", "client"})
"""Words of a metric that counts what a service asks of others, and not what it is asked."""

FEWEST = 5
"""Values in either window: fewer swing by themselves."""


def surging(evidence: Evidence) -> frozenset[str]:
    """Services that are asked more, when most are; else none: one alone may be asked again and again by another."""
    ratios = asked_more(evidence)
    more = frozenset(service for service, ratio in ratios.items() if ratio >= MORE)
    return more if len(more) > 1 and len(more) >= MOST * len(ratios) else frozenset()


def asked_more(evidence: Evidence) -> dict[str, float]:
    """By service, times as many requests as in health; those that count none are left out."""
    health = next((each.series for each in evidence.references if each.series), ())
    ratios: dict[str, list[float]] = defaultdict(list)
    for now, usual in paired(evidence.faulty.series, health):
        enough = min(len(now.values), len(usual.values)) >= FEWEST
        counts = kind_of(now.metric, now.service) is Kind.REQUESTS and not words(now.metric) & ASKS
        if enough and counts and median(usual.values) > 0:
            ratios[now.service].append(median(now.values) / median(usual.values))
    return {service: median(of) for service, of in ratios.items()}


def asked_by_surging(surge: Collection[str], reached: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Those of the surge that others of it call: they are asked more since those are."""
    return frozenset(service for service in surge for caller in surge if service in reached.get(caller, ()))


def amplified(ratios: Mapping[str, float], edges: Iterable[Edge]) -> dict[str, tuple[str, float]]:
    """By service that is asked far more, the one caller that is not, and how many times oftener that one calls: a cache
    that is gone, a loop, retries without end.
    """
    callers: dict[str, set[str]] = defaultdict(set)
    for caller, called in edges:
        callers[called].add(caller)
    found: dict[str, tuple[str, float]] = {}
    for service in sorted(callers.keys() & ratios.keys()):
        known = {caller: ratios[service] / max(ratios[caller], 1.0) for caller in callers[service] & ratios.keys()}
        if len(known) == 1 and min(known.values()) > AMPLIFIED[0]:
            found[service] = next(iter(known.items()))
    return found


def by_callers(found: Iterable[Finding], amplified: Mapping[str, tuple[str, float]]) -> Iterator[Finding]:
    """What stands out on a service counts less as its caller asks more of it, and so much speaks against the caller."""
    for one in found:
        _, times = amplified.get(one.service, ("", 0.0))
        yield replace(one, strength=one.strength * (1 - LESSENED * min(1.0, grade(times, *AMPLIFIED))))
    for service, (caller, times) in amplified.items():
        told = f"calls {service} {times:,.1f} times as often for each request"
        yield Finding(caller, Layer.CALLS, grade(times, *AMPLIFIED), told)
