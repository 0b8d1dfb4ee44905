"""How often the ranking is right, on cases whose cause is known, with the trivial answers beside it. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median, pstdev

from bot.diagnosis.evidence import Evidence, Series
from bot.diagnosis.signals.deviations import paired
from bot.diagnosis.signals.findings import quantile

DEPTHS = (1, 3, 5)
Z = 1.96
"""Of a normal distribution, 95 % lie within."""

NONE = "none"


@dataclass(frozen=True, slots=True)
class Truth:
    """commit: empty when the label names none of either kind, `none` when no change is to blame."""

    service: str
    fault_type: str = ""
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """One case. baselines: services by name of the baseline, best first. commit: as of Truth. seconds: to rank it."""

    case: str
    dataset: str
    truth: Truth
    services: tuple[str, ...]
    confidence: str
    commit: str
    seconds: float
    baselines: Mapping[str, tuple[str, ...]]

    @property
    def place(self) -> int | None:
        """From 1."""
        return self.services.index(self.truth.service) + 1 if self.truth.service in self.services else None


@dataclass(frozen=True, slots=True)
class Share:
    """interval: Wilson's, 95 %."""

    right: int
    n: int

    @property
    def value(self) -> float:
        return self.right / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927."""
        if not self.n:
            return 0.0, 1.0
        centre = self.value + Z * Z / (2 * self.n)
        reach = Z * math.sqrt(self.value * (1 - self.value) / self.n + Z * Z / (4 * self.n * self.n))
        whole = 1 + Z * Z / self.n
        return max(0.0, min(self.value, (centre - reach) / whole)), min(1.0, max(self.value, (centre + reach) / whole))


@dataclass(frozen=True, slots=True)
class Accuracy:
    """at: by depth. average: Avg@5, the mean of the accuracies at 1 to 5 (as in RCAEval, Pham et al., 2024)."""

    at: Mapping[int, Share]
    average: float


def accuracy(places: Sequence[int | None]) -> Accuracy:
    def within(depth: int) -> Share:
        return Share(sum(place is not None and place <= depth for place in places), len(places))

    return Accuracy({depth: within(depth) for depth in DEPTHS}, mean(within(depth).value for depth in range(1, 6)))


def of_baseline(name: str, answered: Iterable[Answered]) -> Accuracy:
    return accuracy([_place(each.baselines[name], each.truth.service) for each in answered])


def _place(services: Sequence[str], wanted: str) -> int | None:
    return services.index(wanted) + 1 if wanted in services else None


def by_confidence(answered: Sequence[Answered]) -> dict[str, Share]:
    """Of those with each confidence, how many had the right service first."""
    places: dict[str, list[bool]] = defaultdict(list)
    for each in answered:
        places[each.confidence].append(each.place == 1)
    return {name: Share(sum(right), len(right)) for name, right in places.items()}


def commits(answered: Sequence[Answered]) -> Share:
    """Of the cases whose label names a commit or says that there is none."""
    labelled = [each for each in answered if each.truth.commit]
    return Share(sum(same_commit(each.commit, each.truth.commit) for each in labelled), len(labelled))


def same_commit(one: str, other: str) -> bool:
    """Either may be abbreviated."""
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


MOST_FREQUENT, LAST_DEPLOYMENT = "most frequent answer", "last deployment"
LARGEST_Z, N_SIGMA = "largest robust z", "n-sigma"
BASELINES = (LARGEST_Z, N_SIGMA, LAST_DEPLOYMENT, MOST_FREQUENT)


def baselines(evidence: Evidence, truths: Sequence[Truth]) -> dict[str, tuple[str, ...]]:
    """truths: of all cases of the data set, which the most frequent answer knows and nothing else here does."""
    health = next((each.series for each in evidence.references if each.series), ())
    pairs = list(paired(evidence.faulty.series, health))
    often = Counter(each.service for each in truths)
    began = evidence.faulty.window.start
    deployed = sorted((each for each in evidence.deployments if each.time <= began), key=lambda each: -each.time)
    return {
        LARGEST_Z: _by_largest(pairs, _robust_z),
        N_SIGMA: _by_largest(pairs, _sigmas),
        LAST_DEPLOYMENT: tuple(dict.fromkeys(each.service for each in deployed)),
        MOST_FREQUENT: tuple(sorted(often, key=lambda service: (-often[service], service))),
    }


def _by_largest(
    pairs: Iterable[tuple[Series, Series]], measure: Callable[[Sequence[float], Sequence[float]], float]
) -> tuple[str, ...]:
    largest: dict[str, float] = defaultdict(float)
    for now, health in pairs:
        largest[now.service] = max(largest[now.service], measure(now.values, health.values))
    return tuple(sorted(largest, key=lambda service: (-largest[service], service)))


def _robust_z(now: Sequence[float], health: Sequence[float]) -> float:
    """As BARO's: in quartile distances, or in units where there is no distance."""
    ordered = sorted(health)
    usual = median(ordered)
    between = quantile(ordered, 0.75) - quantile(ordered, 0.25)
    return max(abs(value - usual) for value in now) / (between or 1.0)


def _sigmas(now: Sequence[float], health: Sequence[float]) -> float:
    usual = mean(health)
    return max(abs(value - usual) for value in now) / (pstdev(health) or 1.0)
