"""The failures that were kept, in two halves: one to look at, one for the score alone."""

import json
import re
import sys
import zlib
from collections import Counter, defaultdict
from typing import Any

from bot.failures.grouping import group
from bot.failures.scoring import Score, score
from bot.failures.values import Failure, Origin
from tests.house import tree

KEPT = tree.ROOT / "tests" / "payloads" / "failures" / "shop.jsonl"
VALUES = re.compile(r"[0-9a-f]{6,}|\d+")

Line = dict[str, Any]


def lines() -> list[Line]:
    return [json.loads(line) for line in KEPT.read_text().splitlines()]


def halves() -> dict[str, list[Line]]:
    """By the test's name without parameters: no test of the second half was ever looked at, each cause is in both."""
    found: dict[str, list[Line]] = {"A": [], "B": []}
    for line in lines():
        name = line["test"].partition("[")[0]
        found["AB"[zlib.crc32(name.encode()) % 2]].append(line)
    return found


def ours(part: list[Line], *, traced: bool) -> Score:
    """traced: what traces tell counts as well."""
    groups = group([_failure(line, traced=traced) for line in part])
    owner = {member: each.cause for each in groups for member in each.members}
    return _scored([owner[number] for number in range(len(part))], part)


def _failure(line: Line, *, traced: bool) -> Failure:
    origin = Origin(**line["origin"]) if traced and "origin" in line else None
    return Failure(line["test"], line["message"], line["error_class"], line["stack"], origin)


def same_text(part: list[Line]) -> Score:
    """What falls together when nothing but the whole message is compared."""
    return _scored([line["message"] for line in part], part)


def best(part: list[Line]) -> Score:
    """Of whoever sees these texts alone and knows every cause: failures of different causes that read the same, but for
    numbers, go to the cause that has most of them.
    """
    causes: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for line in part:
        causes[_read(line)][line["cause"]] += 1
    return _scored([causes[_read(line)].most_common(1)[0][0] for line in part], part)


def _read(line: Line) -> tuple[str, ...]:
    return tuple(VALUES.sub("0", line[key]) for key in ("test", "error_class", "message", "stack"))


def _scored(found: list[str], part: list[Line]) -> Score:
    return score(found, [line["cause"] for line in part])


def main() -> None:
    """`python -m tests.causes.halves [A|B]` prints lines for `signalbox failures replay`."""
    for line in halves()[sys.argv[1]]:
        print(json.dumps(line))


if __name__ == "__main__":
    main()
