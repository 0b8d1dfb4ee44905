"""Messages of failing tests with their true cause, in the shapes of real frameworks: what grouping is measured on.

A family is a handful of causes that are easily taken for one another, or for several. Half of the families are for
looking at and tuning; the others are only for the score.
"""

import json
import random
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.messages import browser, clients, cluster, golang, jvm, node, python, servers
from tests.support.messages.values import Values

FAMILIES = tuple(
    each for part in (python, clients, browser, node, jvm, golang, servers, cluster) for each in part.FAMILIES
)
EACH = 4
"""Failures for each way in which a cause shows itself."""


@dataclass(frozen=True, slots=True)
class Half:
    name: str
    families: tuple


def halves() -> tuple[Half, ...]:
    """By the family's name, so that a new family moves none."""
    known = {name: zlib.crc32(name.encode()) % 2 for name, _causes in FAMILIES}
    return tuple(
        Half(name, tuple(each for each in FAMILIES if known[each[0]] == side))
        for name, side in (("tuned on", 0), ("held out", 1))
    )


def lines(families, *, each: int = EACH, seed: int = 5) -> Iterator[dict[str, str]]:
    """As `signalbox failures replay` reads them."""
    chance = random.Random(seed)
    for label, way in _ways(families):
        for _ in range(each):
            values = Values(chance)
            yield {**{key: values.into(text) for key, text in way.items()}, "cause": label}


def _ways(families):
    for name, causes in families:
        for cause, ways in causes.items():
            yield from ((_label(name, cause), way) for way in ways)


def _label(family: str, cause: str) -> str:
    """What begins with = is the same cause in whatever family it is met."""
    return cause[1:] if cause.startswith("=") else f"{family}/{cause}"


def main() -> None:
    """`python -m tests.support.messages [0|1]` prints one half, or all."""
    families = halves()[int(sys.argv[1])].families if len(sys.argv) > 1 else FAMILIES
    for line in lines(families):
        print(json.dumps(line))
