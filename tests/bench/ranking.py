"""Which faults of simulated systems the ranking finds, by what it is given: a count, not a time."""

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.ranking import rank
from tests.bench.figures import Figure, at_least
from tests.support.simulated import FAULTS, simulated

SYSTEMS = 10
SOURCES = {"tlm": "all sources", "t": "traces alone", "m": "metrics alone", "l": "logs alone", "lm": "no traces"}


async def measure() -> list[Figure]:
    figures: list[Figure] = []
    sure = right = 0
    for sources, words in SOURCES.items():
        first: dict[str, int] = {}
        for kind in FAULTS:
            for seed in range(SYSTEMS):
                evidence, truth = simulated(seed, kind, sources)
                ranking = rank(evidence)
                first[kind] = first.get(kind, 0) + (ranking.answer == truth)
                if ranking.confidence is Confidence.HIGH:
                    sure, right = sure + 1, right + (ranking.answer == truth)
        print(f"  {words}, right of {SYSTEMS}: " + ", ".join(f"{kind} {count}" for kind, count in first.items()))
        share = 100 * sum(first.values()) / (SYSTEMS * len(FAULTS))
        figures.append(Figure(f"simulated faults found first, {words}", [share], "%"))
    figures.append(Figure(f"of {sure} times that it was sure, it was right", [100 * right / sure], "%", at_least(90)))
    return figures
