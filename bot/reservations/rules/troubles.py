"""What is said of places: that they are down, degraded or well again; that they are frozen, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.errors import Conflict, UsageError
from bot.reservations.commands import Freeze, PlanFreezes, SetCondition, Thaw
from bot.reservations.events import (
    ClockPaused,
    ClockResumed,
    ConditionCleared,
    ConditionSet,
    EnvironmentFrozen,
    FreezeLifted,
    FreezesPlanned,
)
from bot.reservations.folding import Draft
from bot.reservations.places import Condition, FreezeWindow
from bot.reservations.refusals import NotFrozen, NotUnwell
from bot.reservations.rules.hand_over import hand_over
from bot.reservations.state import State
from bot.reservations.values import Lease, Scope, Status, in_order

RUNNING = (Status.ACTIVE, Status.OFFERED)


def set_condition(draft: Draft, command: SetCondition) -> None:
    """Saying the same again is recorded as nothing. Whom it holds up holds nobody back any more."""
    if command.kind is None:
        _clear(draft, command)
        return
    if not command.reason:
        raise UsageError("Say what is wrong: everybody who looks there will read it.")
    if command.eta is not None and command.eta <= draft.now:
        raise UsageError("That time has passed. Say when it is expected to be well again, or leave it out.")
    known = draft.state.conditions.get(str(command.scope))
    since = known.since if known and known.kind is command.kind else draft.now
    condition = Condition(command.scope, command.kind, command.reason, command.by, since, command.eta)
    if known != condition:
        draft.record(ConditionSet(condition))
    for lease in _running(draft, command.scope.environment):
        settle_clock(draft, lease.id)
    hand_over(draft, command.scope.environment)


def _clear(draft: Draft, command: SetCondition) -> None:
    there = [x for x in draft.state.conditions.values() if x.scope.environment == command.scope.environment]
    cleared = [each for each in there if command.scope.covers(each.scope)]
    if not cleared:
        wider = next((each for each in there if each.scope.overlaps(command.scope)), None)
        if wider:
            raise NotUnwell(f"All of {wider.scope} is {wider.kind}: say ok of {wider.scope}.")
        raise NotUnwell(f"Nothing is said to be wrong with {command.scope}.")
    for each in cleared:
        draft.record(ConditionCleared(each.scope, command.by, command.reason))
    for lease in _running(draft, command.scope.environment):
        settle_clock(draft, lease.id)
    hand_over(draft, command.scope.environment)


def settle_clock(draft: Draft, lease_id: str) -> None:
    """Its clock stands where something is the matter, and runs elsewhere."""
    lease = draft.state.leases[lease_id]
    if lease.status not in RUNNING:
        return
    unwell = any(draft.state.condition_of(scope) for scope in lease.scopes)
    if unwell and lease.paused is None:
        draft.record(ClockPaused(lease.id))
    elif lease.paused is not None and not unwell:
        draft.record(_resumed(draft, lease))


def _resumed(draft: Draft, lease: Lease) -> ClockResumed:
    stood = lease.stood(draft.now)
    ends = lease.ends + stood if lease.ends else None
    return ClockResumed(lease.id, ends, lease.claim_by + stood if lease.claim_by else None)


def _running(draft: Draft, environment: str) -> tuple[Lease, ...]:
    return in_order([lease for lease in draft.within(environment) if lease.status in RUNNING])


def freeze(draft: Draft, command: Freeze) -> None:
    window = command.window
    if window.end <= draft.now or window.end <= window.start:
        raise UsageError("A freeze needs some time that is still to come.")
    if not window.reason:
        raise UsageError("Say why: whoever is stopped by it will read that.")
    if window.id in draft.state.freezes:
        raise Conflict("That freeze was set already. Nothing was changed.")
    draft.record(EnvironmentFrozen(window))
    if window.start <= draft.now:
        hand_over(draft, window.scope.environment)


def thaw(draft: Draft, command: Thaw) -> None:
    lifted = _meant(draft, command)
    if not lifted and command.window is not None:
        raise NotFrozen(f"That freeze of {command.scope} is over already. Nothing was changed.")
    if not lifted:
        known = _known(draft.state, command.scope, draft.now)
        wider = next((each for each in known if each.scope.overlaps(command.scope)), None)
        if wider:
            raise NotFrozen(f"All of {wider.scope} is frozen: thaw {wider.scope}.")
        raise NotFrozen(f"{command.scope} is not frozen.")
    for each in lifted:
        draft.record(FreezeLifted(command.scope.environment, each.id, command.by))
    hand_over(draft, command.scope.environment)


def _meant(draft: Draft, command: Thaw) -> list[FreezeWindow]:
    """The earliest first: what is in force; only where nothing is, what somebody has announced. What the catalog plans
    stays planned.
    """
    known = _known(draft.state, command.scope, draft.now)
    there = [each for each in known if command.scope.covers(each.scope)]
    if command.window is not None:
        return [each for each in there if each.id == command.window]
    in_force = [each for each in there if each.start <= draft.now]
    return sorted(in_force or there, key=lambda window: (window.start, window.id))


def _known(state: State, scope: Scope, now: datetime) -> list[FreezeWindow]:
    there = state.freezes_of(scope.environment)
    return [each for each in there if not each.lifted and (not each.planned or each.start <= now)]


def plan_freezes(draft: Draft, command: PlanFreezes) -> None:
    """Nothing when they are planned so already. A window that has begun, or was lifted, stays so."""
    planned = {x.id: x for x in draft.state.freezes_of(command.environment) if x.planned}
    wanted = {x.id: _as_planned(planned.get(x.id), x) for x in command.windows if x.end > draft.now}
    if wanted == {id: window for id, window in planned.items() if window.end > draft.now}:
        return
    draft.record(FreezesPlanned(command.environment, tuple(sorted(wanted.values(), key=lambda x: (x.start, x.id)))))
    hand_over(draft, command.environment)


def _as_planned(was: FreezeWindow | None, window: FreezeWindow) -> FreezeWindow:
    return replace(was, end=window.end) if was else window
