"""Failures to causes: how right, on messages whose causes are known, and how fast."""

import time

from bot.failures.grouping import group
from bot.failures.scoring import score
from bot.failures.values import Failure
from tests.bench.figures import ROUNDS, Figure, at_least, at_most
from tests.support.messages import FAMILIES, halves, lines

MANY = 10_000


async def measure() -> list[Figure]:
    found = list(_failures(FAMILIES, each=60))[:MANY]
    figures = [Figure(f"pairwise F1, {half.name}", [_f1(half.families)], "", at_least(0.9)) for half in halves()]
    return [*figures, Figure(f"{MANY:,} failures grouped", [_seconds(found) for _ in range(ROUNDS)], "s", at_most(2))]


def _failures(families, each):
    for line in lines(families, each=each):
        yield Failure(line["test"], line["message"], line["error_class"], line["stack"])


def _f1(families) -> float:
    groups = group(list(_failures(families, each=10)))
    owner = {member: one.cause for one in groups for member in one.members}
    return score([owner[n] for n in range(len(owner))], [line["cause"] for line in lines(families, each=10)]).f1


def _seconds(found: list[Failure]) -> float:
    began = time.perf_counter()
    group(found)
    return time.perf_counter() - began
