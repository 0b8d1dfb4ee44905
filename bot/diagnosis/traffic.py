"""Whether more is asked than in health, and of whom first. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from statistics import median

from bot.diagnosis.deviations import paired
from bot.diagnosis.evidence import Evidence
from bot.diagnosis.kinds import Kind, kind_of

MORE = 1.7
"""Times as many requests as in health."""

MOST = 0.6
"""Of the services that count requests: when so many have more, it comes from outside."""


FEWEST = 5
"""Values in either window: fewer swing by themselves."""


def surging(evidence: Evidence) -> frozenset[str]:
    """Services that are asked more, when most are; else none: one alone may be asked again and again by another."""
    health = next((each.series for each in evidence.references if each.series), ())
    ratios: dict[str, list[float]] = defaultdict(list)
    for now, usual in paired(evidence.faulty.series, health):
        enough = min(len(now.values), len(usual.values)) >= FEWEST
        if enough and kind_of(now.metric, now.service) is Kind.REQUESTS and median(usual.values) > 0:
            ratios[now.service].append(median(now.values) / median(usual.values))
    more = frozenset(service for service, of in ratios.items() if median(of) >= MORE)
    return more if len(more) > 1 and len(more) >= MOST * len(ratios) else frozenset()


def asked_by_surging(surge: Collection[str], reached: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Those of the surge that others of it call: they are asked more since those are."""
    return frozenset(service for service in surge for caller in surge if service in reached.get(caller, ()))
