"""Whose turn it is, said a second time: the slow and plain way, over everything that lives at once."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.reservations.state import State
from bot.reservations.values import Lease, Mode, Scope

SHORTEST = timedelta(minutes=5)
Claim = tuple[str, Mode, Scope]
"""The lease whose it is, how, and where."""


def overlap(one: Scope, other: Scope) -> bool:
    if one.environment != other.environment:
        return False
    if one.resources or other.resources:
        return bool(one.resources & other.resources)
    return not one.services or not other.services or bool(one.services & other.services)


def places(lease: Lease) -> tuple[Scope, ...]:
    """Where it is; for an any-of that was given nothing yet, everywhere it may come to be."""
    if lease.chosen:
        return (lease.chosen,)
    return lease.wanted.any_of.candidates if lease.wanted.any_of else (lease.wanted.scope,)


def in_conflict(one: Lease, other: Lease) -> bool:
    met = any(overlap(a, b) for a in places(one) for b in places(other))
    return met and (one.mode, other.mode) != (Mode.SHARED, Mode.SHARED)


def promised_end(lease: Lease, now: datetime) -> datetime:
    """The end that was named, while it is to come; else the length that was asked for. A pipeline lives by heartbeats."""
    if lease.wanted.ttl:
        return now + min(lease.wanted.ttl, lease.wanted.length)
    named = lease.wanted.until
    return min(named, now + lease.wanted.terms.maximum) if named and named > now else now + lease.wanted.length


def next_booking(state: State, lease: Lease, place: Scope, now: datetime) -> datetime | None:
    """When somebody's booking begins that stands in the way of that."""
    begins = [
        max(now, booked.wanted.begins)
        for booked in state.leases.values()
        if booked.status == "booked"
        and booked.wanted.begins
        and booked.id != lease.id
        and (booked.mode, lease.mode) != (Mode.SHARED, Mode.SHARED)
        and overlap(booked.wanted.scope, place)
    ]
    return min(begins, default=None)


def unwell(state: State, place: Scope) -> set[str]:
    """What is the matter there: what is said of a whole environment is said of its resources too."""
    return {
        each.kind.value
        for each in state.conditions.values()
        if overlap(each.scope, place)
        or (each.scope.environment == place.environment and not each.scope.services and not each.scope.resources)
    }


def frozen(state: State, lease: Lease, place: Scope, now: datetime) -> bool:
    in_force = [x for x in state.freezes.values() if not x.lifted and x.start <= now < x.end]
    return lease.mode is Mode.EXCLUSIVE and any(overlap(x.scope, place) for x in in_force)


def held_up(state: State, lease: Lease, place: Scope, now: datetime, *, comes_now: bool = False) -> bool:
    """By something else than others: it is down (or degraded, for all but newcomers), or frozen."""
    matters = unwell(state, place)
    down = lease.rank != 1 and ("down" in matters or (bool(matters) and not comes_now))
    return down or frozen(state, lease, place, now)


def about_to_be_booked(state: State, lease: Lease, place: Scope, now: datetime) -> bool:
    booking = next_booking(state, lease, place, now)
    return booking is not None and booking < min(promised_end(lease, now), now + SHORTEST)


def asleep(lease: Lease, now: datetime) -> bool:
    return lease.again is not None and now < lease.again


def away(lease: Lease, now: datetime) -> bool:
    """Outside working hours, unless it was asked for, or booked, outside them too and since."""
    hours = lease.wanted.terms.hours
    if hours is None or lease.ready or lease.wanted.ttl or hours.working(now):
        return False
    came = max(lease.asked, lease.wanted.begins) if lease.wanted.begins else lease.asked
    return came < hours.last_end(now)


def turns(
    state: State, now: datetime, newcomer: Lease | None = None, *, patient: bool = False
) -> dict[str, tuple[Scope, ...]]:
    """Of everybody whose turn has come, where they may have it; of those who are away too.

    patient: whoever is held up by a booking within the next minutes still holds others back. Nobody looks again at the
    very moment at which a booking has come so near: those behind may wait until it begins.
    """
    everybody = [*state.leases.values(), *([newcomer] if newcomer else ())]
    claims = [(x.id, x.mode, at) for x in everybody if x.status in ("active", "offered") for at in places(x)]
    found: dict[str, tuple[Scope, ...]] = {}
    waiting = [lease for lease in everybody if lease.status == "queued" and not asleep(lease, now)]
    for lease in sorted(waiting, key=lambda lease: (lease.rank, lease.ticket)):
        well = [x for x in places(lease) if not held_up(state, lease, x, now, comes_now=lease is newcomer)]
        possible = [place for place in well if not about_to_be_booked(state, lease, place, now)]
        free = tuple(place for place in possible if not _claimed(claims, lease, place))
        enough = len(free) >= (lease.wanted.any_of.quantity if lease.wanted.any_of else 1)
        if enough:
            found[lease.id] = free
        if not enough or not away(lease, now):
            kept = free if lease.wanted.any_of else possible
            kept = [*kept, *well] if patient and not enough else kept
            claims += [(lease.id, lease.mode, place) for place in _chosen(state, lease, kept, enough=enough)]
    return found


def _chosen(state: State, lease: Lease, kept: Iterable[Scope], *, enough: bool) -> list[Scope]:
    """An any-of that has enough keeps only what it takes: what was let go longest ago."""
    if not enough or not lease.wanted.any_of:
        return list(kept)
    return rested(state, kept)[: lease.wanted.any_of.quantity]


def rested(state: State, among: Iterable[Scope]) -> list[Scope]:
    """What was never used first, then by the time it was let go."""
    last = state.used
    return sorted(among, key=lambda at: (str(at) in last, last[str(at)].timestamp() if str(at) in last else 0, str(at)))


def _claimed(claims: list[Claim], lease: Lease, place: Scope) -> bool:
    return any(
        id != lease.wanted.changes and (mode, lease.mode) != (Mode.SHARED, Mode.SHARED) and overlap(at, place)
        for id, mode, at in claims
    )
