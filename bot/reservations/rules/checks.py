"""What is refused before anything else is looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.errors import UsageError
from bot.reservations.commands import Extend
from bot.reservations.refusals import (
    AlreadyWaiting,
    AlreadyYours,
    DuplicateLease,
    FrozenNow,
    OverlapsYours,
    TooLong,
)
from bot.reservations.state import State
from bot.reservations.values import Lease, Mode, Status, Wanted, in_order


def check_wanted(state: State, wanted: Wanted, now: datetime) -> Lease | None:
    """The lease of the same person that `wanted` would change, if any. Raises when it makes no sense."""
    if (same := state.leases.get(wanted.id)) is not None:
        raise DuplicateLease("That reservation was made already. Nothing was changed.", same)
    check_length(wanted)
    if wanted.until is not None and wanted.until <= now:
        raise UsageError("That time has passed by now. Nothing was changed.")
    mine = _own(state, wanted)
    if len(mine) == 1 and _changeable(mine[0], wanted):
        return mine[0]
    for lease in mine:
        _refuse_second(lease, wanted)
    return None


def check_length(wanted: Wanted) -> None:
    if wanted.length <= timedelta(0):
        raise UsageError("A reservation needs some time: say how long, for example 1h.")
    limit = wanted.terms.maximum
    if wanted.length > limit:
        raise TooLong(f"{wanted.scope.environment} is reserved for {spoken(limit)} at most.", limit=limit)


def rivals_of(state: State, wanted: Wanted) -> tuple[Lease, ...]:
    """What is held or on offer where `wanted` would be, and conflicts with it; one's own included."""
    there = in_order([x for x in state.within(wanted.scope.environment) if x.status in (Status.ACTIVE, Status.OFFERED)])
    return tuple(x for x in there if Mode.EXCLUSIVE in (x.mode, wanted.mode) and x.touches(wanted.scope))


def check_taking(state: State, wanted: Wanted, now: datetime) -> tuple[Lease, ...]:
    """The places in the queue that taking it makes needless. Raises when it cannot be taken."""
    check_length(wanted)
    if not wanted.reason:
        raise UsageError("Say why you take it: whoever holds it will read that.")
    if window := state.freeze_of(wanted.scope, wanted.mode, now):
        raise FrozenNow(f"{window.scope} is frozen: {window.reason}", window, wanted)
    mine = _own(state, wanted)
    for lease in mine:
        if lease.status is Status.ACTIVE:
            _refuse_second(lease, wanted)
    return mine


def _own(state: State, wanted: Wanted) -> tuple[Lease, ...]:
    """What its person holds or waits for where this is; what is booked is another day's."""
    there = {lease.id: lease for scope in wanted.scopes for lease in state.within(scope.environment)}
    mine = (x for x in there.values() if x.person == wanted.person and x.status is not Status.BOOKED)
    return tuple(lease for lease in mine if any(lease.touches(scope) for scope in wanted.scopes))


def _changeable(lease: Lease, wanted: Wanted) -> bool:
    """More of it, or exclusively instead of shared; or shared with others after all."""
    fixed = lease.status is not Status.ACTIVE or lease.wanted.ttl or wanted.ttl or wanted.any_of
    if fixed or bool(lease.scope.resources) != bool(wanted.scope.resources):
        return False
    if wanted.mode is Mode.SHARED and lease.mode is Mode.EXCLUSIVE:
        return wanted.scope == lease.scope
    return not _covers(lease, wanted)


def _refuse_second(lease: Lease, wanted: Wanted) -> None:
    if not _covers(lease, wanted):
        have = "hold" if lease.status is Status.ACTIVE else "wait for"
        raise OverlapsYours(
            f"You {have} {_named(lease)}, which overlaps with this. Release or leave that first.", lease
        )
    if lease.status is Status.ACTIVE:
        raise AlreadyYours(f"You hold {_named(lease)} already.", lease)
    if lease.status is Status.OFFERED:
        raise AlreadyWaiting(f"{_named(lease)} is offered to you: accept it.", lease)
    raise AlreadyWaiting(f"You wait for {_named(lease)} already.", lease)


def _covers(lease: Lease, wanted: Wanted) -> bool:
    """Whoever waits for any of several waits for each of them."""
    strong_enough = lease.mode is Mode.EXCLUSIVE or wanted.mode is Mode.SHARED
    return strong_enough and all(any(mine.covers(scope) for mine in lease.scopes) for scope in wanted.scopes)


def new_end(lease: Lease, command: Extend, now: datetime) -> datetime:
    """Where `command` puts the end of an active lease. Earlier than the present end is fine, in the past is not.

    What stands still ends later than its `ends` by as long as it has stood: a time that is named means the later one.
    """
    started, present, stood = lease.started or now, lease.latest or now, lease.stood(now)
    if lease.overran:
        present = max(present, now - stood)
    ends = command.until - stood if command.until else present + _added(lease, command)
    if command.until and command.until <= now:
        raise UsageError("That time has passed. To end a reservation now, release it.")
    limit = lease.wanted.terms.maximum
    latest = started + limit + lease.paused_for
    if ends > latest:
        raise TooLong(_too_long(lease, latest - present, limit), limit=limit, latest=latest + stood)
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
    name = str(lease.scope) if lease.chosen or not lease.wanted.any_of else str(lease.wanted.any_of)
    return f"{name}{' (shared)' if lease.mode is Mode.SHARED else ''}"


def spoken(length: timedelta) -> str:
    """A length in words: `2 h`, `45 min`, `1 h 30 min`; seconds are dropped."""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes or not hours)
    return " ".join(parts)
