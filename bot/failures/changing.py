"""Which of the versions that came to a service still make a difference to what ran there first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from bot.failures.situation import Deployed


def remaining(deployments: Iterable[Deployed]) -> list[Deployed]:
    """Those that were not taken back, the oldest first: of 1.4 → 1.5, 1.5 → 1.4 and 1.4 → 1.5 the last alone. The same
    version put in place once more is no way back: what people call it may have changed.

    deployments: that are in place.
    """
    left: dict[str, list[Deployed]] = {}
    for each in sorted(deployments, key=_ended):
        left[each.service] = _and_then(left.get(each.service, []), each)
    return sorted((each for of_service in left.values() for each in of_service), key=_ended)


def _and_then(left: list[Deployed], each: Deployed) -> list[Deployed]:
    ran = [*(one.before for one in left[:1]), *(one.version for one in left)]
    if each.version == each.before or each.version not in ran:
        return [*left, each]
    return left[: ran.index(each.version)]


def _ended(each: Deployed) -> tuple[datetime, str]:
    return each.end or each.start, each.id
