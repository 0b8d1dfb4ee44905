"""The ledger as runs of suites see it."""

from __future__ import annotations

from datetime import timedelta

from bot.bootstrap.leases import LivingLeases
from bot.notices.facts import LeaseFacts
from bot.reservations.facts import facts
from bot.reservations.service import Wish, lease_id
from bot.reservations.values import Mode, Purpose, Scope, Status, Terms
from bot.suites.values import Place
from bot.values import Caller, is_pipeline


class LedgerSuiteLeases(LivingLeases):
    """Implements Leases of bot.suites.needs."""

    async def covering(self, place: Place, *, person: str, team: str | None) -> LeaseFacts | None:
        state, scope = await self._reservations.current(), _scope(place)
        found = [
            lease
            for lease in state.within(scope.environment)
            if lease.status is Status.ACTIVE and lease.scope.covers(scope) and lease.belongs_to(person, team)
        ]
        lease = min(found, key=lambda each: (each.person != person, each.place), default=None)
        return facts(state, lease, self._clock.now()) if lease else None

    async def in_the_way(self, place: Place) -> tuple[LeaseFacts, ...]:
        state, scope, now = await self._reservations.current(), _scope(place), self._clock.now()
        return tuple(
            facts(state, lease, now)
            for lease in state.within(scope.environment)
            if lease.status is Status.ACTIVE and lease.mode is Mode.EXCLUSIVE and lease.scope.overlaps(scope)
        )

    async def share(self, place: Place, *, caller: Caller, reason: str, length: timedelta) -> LeaseFacts:
        """People accept in advance: whoever asked for the run has said so."""
        policy = self._catalog().terms_for(place.environment)
        terms = Terms(policy.maximum, policy.claim_window, policy.remind_before, policy.default)
        length = min(length, policy.maximum)
        ttl = length if is_pipeline(caller.person) else None
        wish = Wish(_scope(place), Mode.SHARED, length, terms, reason=reason, ttl=ttl, purpose=Purpose.REGRESSION)
        await self._reservations.reserve(wish, caller=caller)
        lease = await self._reservations.about(lease_id(caller.request_id), self._clock.now())
        if lease.status == Status.QUEUED and not lease.pipeline:
            await self._reservations.accept_ahead(lease.lease_id, caller=caller)
        return lease


def _scope(place: Place) -> Scope:
    return Scope(place.environment, frozenset(place.services))
