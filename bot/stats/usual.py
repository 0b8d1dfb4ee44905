"""How long leases really last, for the estimate of a waiter's turn. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.reservations.values import Lease, Mode, Purpose
from bot.stats.intervals import middle
from bot.stats.lives import Life

ENOUGH = 5
"""Fewer leases of a kind say nothing about the next one."""

Kind = tuple[str, Mode, Purpose | None]
"""An environment, how it is held, and what for."""


def usual_lengths(lives: Iterable[Life], now: datetime) -> dict[Kind, timedelta]:
    """The median time that leases of a kind were held, of those that have ended."""
    held: dict[Kind, list[timedelta]] = defaultdict(list)
    for life in lives:
        if life.end and life.started:
            held[_kind(life.lease)].append(life.held_for(now))
    return {kind: middle(times) for kind, times in held.items() if len(times) >= ENOUGH}


def usual(leases: Iterable[Lease], known: Mapping[Kind, timedelta]) -> dict[str, timedelta]:
    """What is usual for each of these leases, by lease id; nothing for what nobody knows."""
    return {lease.id: known[_kind(lease)] for lease in leases if _kind(lease) in known}


def _kind(lease: Lease) -> Kind:
    return lease.scope.environment, lease.mode, lease.wanted.purpose
