"""The ledger as deployments see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.catalog import Catalog
from bot.deployments.preflight import Outlook
from bot.deployments.values import Target
from bot.errors import Conflict
from bot.notices.facts import FreezeFacts, LeaseFacts
from bot.ports.clock import Clock
from bot.reservations.facts import condition_facts, facts, freeze_facts
from bot.reservations.places import Condition, FreezeWindow
from bot.reservations.queries import taken
from bot.reservations.refusals import LeaseGone
from bot.reservations.service import Reservations, Wish, lease_id
from bot.reservations.state import State
from bot.reservations.values import Lease, Mode, Purpose, Scope, Status, Terms
from bot.values import Caller, is_pipeline

A_LOOK = timedelta(minutes=1)


class LivingLeases:
    """What deployments and runs do alike with a lease that they have."""

    def __init__(self, reservations: Reservations, catalog: Callable[[], Catalog], clock: Clock) -> None:
        self._reservations, self._catalog, self._clock = reservations, catalog, clock

    async def find(self, lease_id: str) -> LeaseFacts | None:
        state = await self._reservations.current()
        lease = state.leases.get(lease_id)
        return facts(state, lease, self._clock.now()) if lease else None

    async def pin(self, lease_id: str, *, run: str, until: datetime) -> None:
        caller = Caller("system", f"deployment:{run}:{until.isoformat()}", via="system")
        await self._reservations.pin(lease_id, run=run, until=until, caller=caller)

    async def unpin(self, lease_id: str, *, run: str) -> None:
        caller = Caller("system", f"deployment:{run}:over", via="system")
        await self._reservations.unpin(lease_id, run=run, caller=caller)

    async def give_back(self, lease_id: str, *, caller: Caller) -> None:
        state = await self._reservations.current()
        lease = state.leases.get(lease_id)
        if lease is None:
            return
        try:
            if lease.status is Status.ACTIVE:
                await self._reservations.release(lease_id, caller=caller, unless_pinned=True)
            else:
                await self._reservations.leave(lease_id, caller=caller)
        except LeaseGone:
            return
        except Conflict:  # its turn came, or it was lost, at this very moment
            await self._reservations.release(lease_id, caller=caller, unless_pinned=True)


class LedgerLeases(LivingLeases):
    """Implements Leases of bot.deployments.needs."""

    async def outlook(self, target: Target, *, person: str, team: str | None) -> Outlook:
        state, now, scope = await self._reservations.current(), self._clock.now(), _scope(target)
        mine = _covering(state, scope, person, team)
        wanted = self._wish(target, Caller(person, "outlook", team), "", A_LOOK).wanted(Caller(person, "outlook", team))
        others = taken(state, wanted, now) or ()
        held = tuple(each for each in others if each.status == Status.ACTIVE and each.lease_id != (mine and mine.id))
        ahead = tuple(each for each in others if each.status != Status.ACTIVE)
        condition = state.condition_of(scope)
        return Outlook(
            facts(state, mine, now) if mine else None,
            held,
            ahead,
            _frozen(state, scope, now),
            condition_facts(condition) if isinstance(condition, Condition) else None,
        )

    async def acquire(self, target: Target, *, caller: Caller, reason: str, length: timedelta) -> LeaseFacts:
        """People accept in advance: whoever asked to deploy when it is their turn has said so."""
        await self._reservations.reserve(self._wish(target, caller, reason, length), caller=caller)
        lease = await self._reservations.about(lease_id(caller.request_id), self._clock.now())
        if lease.status == Status.QUEUED and not lease.pipeline:
            await self._reservations.accept_ahead(lease.lease_id, caller=caller)
        return lease

    async def by_token(self, token: str) -> LeaseFacts | None:
        state = await self._reservations.current()
        lease = next((each for each in state.leases.values() if each.token and str(each.token) == token), None)
        return facts(state, lease, self._clock.now()) if lease else None

    def _wish(self, target: Target, caller: Caller, reason: str, length: timedelta) -> Wish:
        policy = self._catalog().terms_for(target.environment)
        terms = Terms(policy.maximum, policy.claim_window, policy.remind_before, policy.default)
        length = min(length, policy.maximum)
        ttl = length if is_pipeline(caller.person) else None
        return Wish(_scope(target), Mode.EXCLUSIVE, length, terms, reason=reason, ttl=ttl, purpose=Purpose.DEPLOYMENT)


def _scope(target: Target) -> Scope:
    return Scope(target.environment, frozenset({target.service}))


def _covering(state: State, scope: Scope, person: str, team: str | None) -> Lease | None:
    """The exclusive lease under which this person, or a mate, may deploy there; one's own first."""
    found = [
        lease
        for lease in state.within(scope.environment)
        if lease.status is Status.ACTIVE
        and lease.mode is Mode.EXCLUSIVE
        and lease.scope.covers(scope)
        and lease.belongs_to(person, team)
    ]
    return min(found, key=lambda lease: (lease.person != person, lease.place), default=None)


def _frozen(state: State, scope: Scope, now: datetime) -> FreezeFacts | None:
    window = state.freeze_of(scope, Mode.EXCLUSIVE, now)
    return freeze_facts(window) if isinstance(window, FreezeWindow) else None
