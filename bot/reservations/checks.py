"""What is refused before anything else is looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import UsageError
from bot.reservations.commands import Extend
from bot.reservations.refusals import (
    AlreadyWaiting,
    AlreadyYours,
    DuplicateLease,
    OverlapsYours,
    TooLong,
)
from bot.reservations.values import Lease, Mode, Scope, State, Status, Wanted


def check_wanted(state: State, wanted: Wanted, now: datetime) -> None:
    """Raise when `wanted` makes no sense, or is a change of a lease its person has already."""
    if (same := state.leases.get(wanted.id)) is not None:
        raise DuplicateLease("That reservation was made already. Nothing was changed.", same)
    if wanted.length <= timedelta(0):
        raise UsageError("A reservation needs some time: say how long, for example 1h.")
    if wanted.until is not None and wanted.until <= now:
        raise UsageError("That time has passed by now. Nothing was changed.")
    limit = wanted.terms.maximum
    if wanted.length > limit:
        raise TooLong(f"{wanted.scope.environment} is reserved for {spoken(limit)} at most.", limit=limit)
    for lease in state.within(wanted.scope.environment):
        if lease.person == wanted.person and lease.scope.overlaps(wanted.scope):
            _refuse_second(lease, wanted)


def _refuse_second(lease: Lease, wanted: Wanted) -> None:
    if not _covers(lease, wanted):
        have = "hold" if lease.status is Status.ACTIVE else "wait for"
        raise OverlapsYours(
            f"You {have} {_named(lease)}, which overlaps with this. Release or leave that first.", lease
        )
    if lease.status is Status.ACTIVE:
        raise AlreadyYours(f"You hold {_named(lease)} already. Extend it for more time.", lease)
    if lease.status is Status.OFFERED:
        raise AlreadyWaiting(f"{_named(lease)} is offered to you: accept it.", lease)
    raise AlreadyWaiting(f"You wait for {_named(lease)} already.", lease)


def _covers(lease: Lease, wanted: Wanted) -> bool:
    strong_enough = lease.mode is Mode.EXCLUSIVE or wanted.mode is Mode.SHARED
    return strong_enough and _contains(lease.scope, wanted.scope)


def _contains(outer: Scope, inner: Scope) -> bool:
    return not outer.services or (bool(inner.services) and inner.services <= outer.services)


def new_end(lease: Lease, command: Extend, now: datetime) -> datetime:
    """Where `command` puts the end of an active lease. Earlier than the present end is fine, in the past is not."""
    started, present = lease.started or now, lease.ends or now
    ends = command.until or present + _added(lease, command)
    if ends <= now:
        raise UsageError("That time has passed. To end a reservation now, release it.")
    limit = lease.wanted.terms.maximum
    latest = started + limit
    if ends > latest:
        raise TooLong(_too_long(lease, latest - present, limit), limit=limit, latest=latest)
    return ends


def _added(lease: Lease, command: Extend) -> timedelta:
    if command.length is None:
        return lease.wanted.terms.extension
    if command.length <= timedelta(0):
        raise UsageError("Say how much longer, for example 30m, or until when.")
    return command.length


def _too_long(lease: Lease, room: timedelta, limit: timedelta) -> str:
    rule = f"{lease.scope.environment} is reserved for {spoken(limit)} at most"
    if room < timedelta(minutes=1):
        return f"{rule}, and this reservation runs to that limit already."
    return f"{rule}: this reservation can be extended by {spoken(room)} more."


def _named(lease: Lease) -> str:
    return f"{lease.scope}{' (shared)' if lease.mode is Mode.SHARED else ''}"


def spoken(length: timedelta) -> str:
    """A length in words: `2 h`, `45 min`, `1 h 30 min`; seconds are dropped."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
    return " ".join(parts)
