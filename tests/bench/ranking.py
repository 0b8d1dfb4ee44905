"""Which faults of simulated systems the ranking finds, by what it is given: a count, not a time."""

from collections import Counter
from itertools import product

from bot.diagnosis.confidence import Confidence
from bot.diagnosis.ranking import rank
from tests.bench.figures import Figure, at_least, at_most
from tests.support.simulated import FAULTS, simulated, well

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
    figures += _well()
    return [*figures, Figure(f"of {len(sure)} times that it was sure, it was right", [right], "%", at_least(90))]


def _well() -> list[Figure]:
    """Of stretches of time in which nobody is at fault."""
    said = Counter[str]()
    for slower, failing, seconds, seed in product((1.0, 1.5, 2.0, 3.0), (0.0, 0.04, 0.15), (60, 120, 300), range(12)):
        ranking = rank(well(seed, seconds, slower=slower, failing=failing))
        said[ranking.confidence if ranking.answer else "nobody"] += 1
    print("  nobody at fault: " + ", ".join(f"{count} {named}" for named, count in sorted(said.items())))
    named = f"of {said.total()} times that nobody was at fault, somebody was named"
    sure = 100 * said[Confidence.HIGH] / said.total()
    share = 100 * (said.total() - said["nobody"]) / said.total()
    return [Figure(named, [share], "%"), Figure("and surely", [sure], "%", at_most(0))]
