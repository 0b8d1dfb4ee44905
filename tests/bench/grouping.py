"""Failures to causes: how right, on messages whose causes are known, and how fast."""

import random
import time

from bot.failures.grouping import group
from bot.failures.scoring import score
from bot.failures.values import Failure
from tests.bench.figures import ROUNDS, Figure, at_least, at_most
from tests.causes.halves import best, ours, same_text
from tests.causes.halves import halves as halves_of_shop
from tests.support.messages import FAMILIES, halves, lines

MANY, VERY_MANY = 10_000, 100_000
WORDS = 4_000


async def measure() -> list[Figure]:
    found = list(_failures(FAMILIES, each=60))[:MANY]
    figures = [Figure(f"pairwise F1, {half.name}", [_f1(half.families)], "", at_least(0.9)) for half in halves()]
    figures += [figure for name, part in halves_of_shop().items() for figure in _of_shop(name, part)]
    figures.append(Figure(f"{MANY:,} failures grouped", [_seconds(found) for _ in range(ROUNDS)], "s", at_most(2)))
    few, many = ([_seconds(_distinct(number))] for number in (MANY, VERY_MANY))
    times = [many[0] / few[0]]
    return [
        *figures,
        Figure(f"{MANY:,} distinct failures grouped", few, "s"),
        Figure(f"{VERY_MANY:,} distinct failures grouped", many, "s"),
        Figure(f"of {VERY_MANY // MANY} times as many, the time", times, "x", at_most(15)),
    ]


def _of_shop(name, part) -> list[Figure]:
    """What the sample's own faults bring about."""
    found, traced = (ours(part, traced=each) for each in (False, True))
    plain, ideal = same_text(part), best(part)
    about, most = f"sample's faults, half {name}", "best of these texts"
    measures = ("precision", "recall", "f1", "homogeneity", "completeness")
    return [
        Figure(f"{about}: pairwise F1 of {found.n}", [found.f1], "", None, [plain.f1], "same message"),
        *(
            Figure(f"{about}: {name}", [getattr(found, name)], "", None, [getattr(ideal, name)], most)
            for name in measures
        ),
        *(Figure(f"{about}: {name} with traces", [getattr(traced, name)]) for name in measures[:3]),
    ]


def _failures(families, each):
    for line in lines(families, each=each):
        yield Failure(line["test"], line["message"], line["error_class"], line["stack"])


def _f1(families) -> float:
    groups = group(list(_failures(families, each=10)))
    owner = {member: one.cause for one in groups for member in one.members}
    return score([owner[n] for n in range(len(owner))], [line["cause"] for line in lines(families, each=10)]).f1


def _distinct(number: int) -> list[Failure]:
    """No two alike, half of them nearly."""
    chance = random.Random(number)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(4, 10))) for _ in range(WORDS)]
    stack = '  File "/ci/tests/test_a.py", line 3, in test_a\n  File "/ci/shop/rates.py", line 9, in rate_of'

    def message(n: int) -> str:
        said = " ".join(chance.choices(words, k=12))
        return said if n % 2 else f"the ledger of {said[:20]} was not ready in time for the nightly export of bookings"

    return [Failure(f"t{n}", message(n), "ValueError", stack) for n in range(number)]


def _seconds(found: list[Failure]) -> float:
    began = time.perf_counter()
    group(found)
    return time.perf_counter() - began
