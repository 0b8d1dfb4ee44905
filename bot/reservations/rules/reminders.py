"""Which reminders of an end notify the holder, and which only change the message that did before. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.reservations.values import Lease

APART = timedelta(hours=1)
"""Whoever extends again and again by a little has just looked at the end, and chosen it."""


def rings(lease: Lease, at: datetime, *, alone: bool) -> bool:
    """Whether a reminder at `at` notifies. alone: nobody waits for it; then once in a lease is enough."""
    rang = lease.rang
    if rang is None:
        return True
    return not alone and (rang.alone or at - rang.at >= APART)


def next_rings(lease: Lease, *, alone: bool) -> bool | None:
    """Whether the next reminder will notify, if as many wait then as now; None when none is to come."""
    if lease.ends is None or lease.reminded:
        return None
    return rings(lease, lease.ends - lease.wanted.terms.remind_before, alone=alone)
