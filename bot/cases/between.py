"""What changed between a red run and a green one. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from bot.failures.situation import Deployed


def net(
    deployed: Iterable[Deployed], after: datetime, until: datetime, first: Collection[str] = ()
) -> tuple[Deployed, ...]:
    """One for each service that ran in another version at the end than at the start, as the last that came to it: what
    came and was taken back has changed nothing. first: services that are told before others.
    """
    came: dict[str, list[Deployed]] = {}
    for each in sorted((one for one in deployed if one.end is not None), key=lambda one: (one.end or after, one.id)):
        if each.end is not None and after < each.end <= until:
            came.setdefault(each.service, []).append(each)
    changed = (replace(each[-1], before=each[0].before) for each in came.values())
    return tuple(
        sorted((one for one in changed if one.before != one.version), key=lambda one: one.service not in first)
    )
