"""What all sources told, as one: the evidence of each window, and what is to be said of its limits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.diagnosis.asking import Question
from bot.diagnosis.evidence import Line, Observed, Span
from bot.diagnosis.sources.merging import merged, spans_of
from bot.diagnosis.sources.soundings import OfLogs, OfMetrics, OfTraces, windows_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told:
    """By source, the one to be believed first."""

    traces: Sequence[OfTraces]
    logs: Sequence[OfLogs]
    metrics: Sequence[OfMetrics]

    @property
    def everybody(self) -> tuple[OfTraces | OfLogs | OfMetrics, ...]:
        return (*self.traces, *self.logs, *self.metrics)


@dataclass(frozen=True, slots=True)
class Pooled:
    """observed: the faulty window first. remarks: in words."""

    observed: tuple[Observed, ...]
    remarks: tuple[str, ...]


def pooled(question: Question, told: Told) -> Pooled:
    windows = windows_of(question)
    spans = merged([_spans(each, question) for each in told.traces])
    lines = merged([[pile.items for pile in each.piles] for each in told.logs])
    series = merged([each.told() for each in told.metrics])
    used = merged([[pile.items for pile in each.resources.piles] for each in told.metrics])
    observed = tuple(
        Observed(
            window,
            tuple(span for of in _at(spans, place) for span in of),
            tuple(line for of in _at(lines, place) for line in of),
            tuple(one for found in (series, used) for of in _at(found, place) for one in of),
            _seen(told.logs, _at(lines, place), place),
        )
        for place, window in enumerate(windows)
    )
    return Pooled(observed, tuple(_sampled(told)))


def _at(merged: Sequence[Sequence[T]], place: int) -> Sequence[T]:
    """Of one window; nothing where there is no source at all."""
    return merged[place] if merged else ()


def _spans(of: OfTraces, question: Question) -> list[list[Span]]:
    """What somebody points at belongs to the fault, whenever it was."""
    pointed = of.piles[0].pointed
    return [
        spans_of(pile, window, others=pointed if place else ())
        for place, (pile, window) in enumerate(zip(of.piles, windows_of(question), strict=True))
    ]


def _seen(logs: Sequence[OfLogs], lines: Sequence[Sequence[Line]], place: int) -> int:
    """How many lines there were, about, of which these are."""
    piles = [each.piles[place] for each in logs]
    return round(
        sum(pile.about * len(of) / len(pile.items) for pile, of in zip(piles, lines, strict=True) if pile.items)
    )


def _sampled(told: Told) -> Iterator[str]:
    """Of what there is more than was read."""
    for each in (*told.traces, *told.logs):
        for place, pile in enumerate(each.piles):
            if pile.cut:
                when = "since it began" if place == 0 else "in health"
                what = "spans" if each.kind == "traces" else "lines"
                yield f"{each.known.name} has about {pile.about:,} {what} {when}; {len(pile.items):,} were read"
