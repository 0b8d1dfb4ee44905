"""One measured figure, its goal, and the table they end in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

ROUNDS = 7
"""Ours and the other take turns so often; what else the machine does then strikes both."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What is asked of our value, or with `relative` of its ratio to the other's."""

    text: str
    met: Callable[[float], bool]
    relative: bool = False


def at_most(limit: float, *, relative: bool = False) -> Goal:
    return Goal(f"<= {limit:g}{' x' if relative else ''}", lambda value: value <= limit, relative)


def at_least(limit: float, *, relative: bool = False) -> Goal:
    return Goal(f">= {limit:g}{' x' if relative else ''}", lambda value: value >= limit, relative)


@dataclass(frozen=True, slots=True)
class Figure:
    """ours, other: one value per round, or one per operation. quantile: which of them stands for all."""

    name: str
    ours: Sequence[float]
    unit: str = "ms"
    goal: Goal | None = None
    other: Sequence[float] = ()
    other_is: str = ""
    quantile: float = 0.5

    @property
    def value(self) -> float:
        return _quantile(self.ours, self.quantile)

    @property
    def other_value(self) -> float | None:
        return _quantile(self.other, self.quantile) if self.other else None

    @property
    def ratio(self) -> float | None:
        """The median over the rounds; what was not measured in turns is compared as a whole."""
        if not self.other_value:
            return None
        if len(self.ours) == len(self.other) and all(self.other):
            return median(ours / other for ours, other in zip(self.ours, self.other, strict=True))
        return self.value / self.other_value

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        value = self.ratio if self.goal.relative else self.value
        return "met" if value is not None and self.goal.met(value) else "missed"

    def cells(self) -> tuple[str, ...]:
        other = f"{_number(self.other_value)} {self.other_is}" if self.other_value is not None else ""
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else ""
        spread = f"{_number(min(self.ours))} - {_number(max(self.ours))}"
        goal = self.goal.text if self.goal else ""
        ours = f"{_number(self.value)} {self.unit}"
        return self.name, goal, ours, other, ratio, str(len(self.ours)), spread, self.verdict


HEADINGS = ("figure", "goal", "ours", "other", "ratio", "n", "min - max", "")


def table(figures: Sequence[Figure]) -> str:
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])


def _quantile(values: Sequence[float], quantile: float) -> float:
    """The nearest rank (the median of an even number is the mean of the two in the middle)."""
    if quantile == 0.5:
        return median(values)
    return sorted(values)[min(int(len(values) * quantile), len(values) - 1)]


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.2f}"
