"""Which faults of simulated systems the ranking finds, by what it is given: a count, not a time."""

from collections import Counter
from itertools import product

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.ranking import rank
from tests.bench.figures import Figure, at_least
from tests.support.simulated import FAULTS, simulated

SYSTEMS = 10
SOURCES = {"tlm": "all sources", "t": "traces alone", "m": "metrics alone", "l": "logs alone", "lm": "no traces"}


async def measure() -> list[Figure]:
    figures: list[Figure] = []
    sure: list[bool] = []
    for sources, words in SOURCES.items():
        first = Counter[str]()
        for kind, seed in product(FAULTS, range(SYSTEMS)):
            evidence, truth = simulated(seed, kind, sources)
            ranking = rank(evidence)
            first[kind] += ranking.answer == truth
            sure += [ranking.answer == truth] * (ranking.confidence is Confidence.HIGH)
        print(f"  {words}, right of {SYSTEMS}: " + ", ".join(f"{kind} {first[kind]}" for kind in FAULTS))
        share = 100 * first.total() / (SYSTEMS * len(FAULTS))
        figures.append(Figure(f"simulated faults found first, {words}", [share], "%"))
    right = 100 * sum(sure) / len(sure)
    return [*figures, Figure(f"of {len(sure)} times that it was sure, it was right", [right], "%", at_least(90))]
