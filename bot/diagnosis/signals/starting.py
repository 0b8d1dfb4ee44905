"""Where errors start in the traces of what failed, so that what stands out elsewhere in the same minutes, another fault
perhaps, is not taken for it. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.diagnosis.evidence import Span
from bot.diagnosis.signals.calls import Key, failing_first
from bot.diagnosis.signals.complaining import Complaint
from bot.diagnosis.signals.findings import Finding, Layer
from bot.diagnosis.signals.flow import ERROR_SHARE

MOSTLY = 0.5
"""Of the traces of what failed."""

ELSEWHERE = 0.25
"""What counts of what stands out where nothing of these traces goes wrong."""


@dataclass(frozen=True, slots=True)
class Starts:
    """failing: services in which errors start, or that gave no answer. answering: those that had just answered them."""

    failing: frozenset[str] = frozenset()
    answering: frozenset[str] = frozenset()

    def weighed(self, found: Iterable[Finding]) -> Iterator[Finding]:
        """Of all that is seen in those minutes, what is elsewhere counts little. That errors start in a service which
        answered well in these traces is of others.
        """
        for one in found:
            errors = one.layer is Layer.ERRORS
            here = one.service in self.failing or (not errors and one.service in self.answering)
            yield one if here or not self.failing else replace(one, strength=one.strength * ELSEWHERE)


def starts(
    spans: Sequence[Span],
    pointed: Collection[str],
    health: Sequence[Span],
    reached: Mapping[str, Collection[str]],
    told: Mapping[Key, Complaint] = MappingProxyType({}),
) -> Starts:
    """Empty where most of these traces agree on no service, or errors start there in health as well."""
    of_these = [span for span in spans if span.trace_id in pointed]
    if not of_these:
        return Starts()
    failing, answering = _shares(of_these, reached, told)
    usual, _ = _shares(health, {}, {})
    found = {service for service, share in failing.items() if share >= MOSTLY and usual[service] <= ERROR_SHARE[1]}
    return Starts(frozenset(found), frozenset(service for service, share in answering.items() if share >= MOSTLY))


def _shares(
    spans: Iterable[Span], reached: Mapping[str, Collection[str]], told: Mapping[Key, Complaint]
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """By service, in which share of the traces it is failing, and answering."""
    traces: defaultdict[str, list[Span]] = defaultdict(list)
    for span in spans:
        traces[span.trace_id].append(span)
    failing, answering = Counter[str](), Counter[str]()
    for of in traces.values():
        fails, answers = _of_trace(of, reached, told)
        failing.update(fails)
        answering.update(answers)
    shares = (defaultdict(float, {name: n / len(traces) for name, n in of.items()}) for of in (failing, answering))
    return next(shares), next(shares)


def _of_trace(
    spans: Sequence[Span], reached: Mapping[str, Collection[str]], told: Mapping[Key, Complaint]
) -> tuple[set[str], set[str]]:
    """Below a span that has no child, a trace may break off: whoever is there may have given no answer."""
    failing, answering = set[str](), set[str]()
    for span, children, complaint in failing_first(spans, told):
        failing.add(span.service)
        answering |= {child.service for child in children}
        if complaint and complaint.of:
            failing.add(complaint.of)
        elif not children:
            failing |= set(reached.get(span.service, ()))
    return failing, answering - failing
