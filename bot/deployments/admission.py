"""Whether the gate opens, and under which lease: one decision for people, pipelines and roll backs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.catalog import Catalog, Gate
from bot.deployments.needs import Leases
from bot.deployments.preflight import OVERRIDABLE, Preflight, Reason, Verdict, Why, sentence
from bot.deployments.refusals import GateClosed, WrongToken
from bot.deployments.rights import OVERRIDE, covers
from bot.deployments.store import Store
from bot.deployments.values import CAP, Deployment, Held, Observed, Overridden, Wish
from bot.errors import Conflict, Forbidden
from bot.notices.facts import LeaseFacts
from bot.ports.clock import Clock
from bot.values import Caller, is_pipeline

SHORT = timedelta(minutes=30)
"""What a deployment takes by itself; while it runs, its lease waits for its end."""

COVERED = frozenset({Why.HELD, Why.LINE})
"""What no longer stands in the way of whoever names a living lease of the place."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """held: the lease under which it runs, or in whose queue it stands; None where there is none."""

    held: Held | None = None
    overridden: Overridden | None = None
    observed: Observed | None = None


class Admission:
    def __init__(self, store: Store, leases: Leases, catalog: Callable[[], Catalog], clock: Clock) -> None:
        self._store, self._leases, self._catalog, self._clock = store, leases, catalog, clock

    async def admit(self, id: str, wish: Wish, seen: Preflight, *, caller: Caller) -> Admitted:
        """Open the gate for the deployment `id`, or give it a place in line.

        Raises GateClosed, WrongToken, Forbidden. An old token is refused whatever the gate: whoever shows one has lost
        a place that somebody else may have by now.
        """
        try:
            return await self._through(id, wish, seen, caller)
        except GateClosed as closed:
            observed = self._observed(seen, wish, closed)
            return Admitted(await self._kept(id, wish, seen), observed=observed)

    async def undo(self, deployment: Deployment, *, caller: Caller) -> None:
        """It was let through, and did not begin."""
        held = deployment.held
        if held is None:
            return
        if held.pinned:
            await self._leases.unpin(held.lease_id, run=deployment.id)
        if held.taken and not await self._store.in_use(held.lease_id, besides=deployment.id):
            await self._leases.give_back(held.lease_id, caller=caller)

    async def _through(self, id: str, wish: Wish, seen: Preflight, caller: Caller) -> Admitted:
        named = await self._named(wish)
        closed = _closed(seen, covered=named is not None)
        waits = wish.wait and named is None and seen.mine is None and _only_others(closed)
        overridden = None if waits or not closed else self._overridden(replace(seen, reasons=closed), wish, caller)
        if overridden is not None and named is None and seen.mine is None and _frozen(closed):
            return Admitted(overridden=overridden)  # nobody is given a lease of what is frozen, so nobody else comes
        held = await self._under(id, wish, replace(seen, reasons=closed), caller, named)
        return Admitted(held, overridden)

    def _overridden(self, seen: Preflight, wish: Wish, caller: Caller) -> Overridden:
        """Raises GateClosed, and Forbidden for whoever may not set it aside. A pipeline's token says that it may."""
        if not wish.override or any(reason.why not in OVERRIDABLE for reason in seen.reasons):
            raise GateClosed(sentence(seen), seen)
        allowed = self._catalog().people_behind(self._catalog().roles.get(OVERRIDE, ()))
        if not is_pipeline(caller.person) and caller.person not in {person.slack for person in allowed}:
            raise Forbidden("Only people with the role `override` may set the gate aside. Nothing was changed.")
        return Overridden(caller.person, wish.override)

    def _observed(self, seen: Preflight, wish: Wish, closed: GateClosed) -> Observed:
        """Whoever deploys by itself can go around the gate: it is stopped only where that is enforced."""
        gate = self._catalog().service(wish.target.service).delivery.gate
        if gate is Gate.ENFORCE or not wish.reports:
            raise closed
        return observed(seen, closed.user_message)

    async def _kept(self, id: str, wish: Wish, seen: Preflight) -> Held | None:
        """Of what goes around the gate: the caller's lease, where there is one."""
        lease = seen.mine
        with suppress(WrongToken):
            lease = await self._named(wish) or lease
        if lease is None:
            return None
        await self._leases.pin(lease.lease_id, run=id, until=self._clock.now() + CAP)
        return Held(lease.lease_id, lease.token or "", pinned=True, until=lease.ends)

    async def _under(self, id: str, wish: Wish, seen: Preflight, caller: Caller, named: LeaseFacts | None) -> Held:
        """The lease under which it runs, pinned to it; or a place in the queue."""
        lease, taken = (named, False) if named else await self._own_or_taken(wish, seen, caller)
        busy = any(reason.why is Why.DEPLOYING for reason in seen.reasons)
        if lease.status != "active" and wish.wait:
            return Held(lease.lease_id, taken=True)
        if lease.status != "active" or busy:
            await self._leases.give_back(lease.lease_id, caller=caller)
            raise GateClosed(sentence(seen), seen)
        try:
            await self._leases.pin(lease.lease_id, run=id, until=self._clock.now() + CAP)
        except Conflict:
            if named is not None or seen.mine is None:
                raise
            return await self._under(id, wish, replace(seen, mine=None), caller, None)  # it has ended since it was seen
        return Held(lease.lease_id, lease.token or "", taken=taken, pinned=True, until=lease.ends)

    async def _named(self, wish: Wish) -> LeaseFacts | None:
        """The lease whose token was sent. Raises WrongToken."""
        if not wish.token:
            return None
        lease = await self._leases.by_token(wish.token)
        if lease is None or not covers(lease, wish.target):
            raise WrongToken(f"The token {wish.token[:40]} is of no lease that holds {wish.target} now.")
        return lease

    async def _own_or_taken(self, wish: Wish, seen: Preflight, caller: Caller) -> tuple[LeaseFacts, bool]:
        if seen.mine is not None:
            taken = [each.held for each in await self._store.of_lease(seen.mine.lease_id) if each.held]
            return seen.mine, any(held.taken for held in taken)
        reason = f"deploy {wish.target.service} {wish.ref}"
        return await self._leases.acquire(wish.target, caller=caller, reason=reason, length=SHORT), True


def observed(seen: Preflight, why: str) -> Observed:
    """Of what goes around a gate that is closed."""
    held = [reason for reason in seen.reasons if reason.why in (Why.HELD, Why.DEPLOYING)]
    return Observed(why, tuple(who for reason in held for who in reason.who))


def _closed(seen: Preflight, *, covered: bool) -> tuple[Reason, ...]:
    """What keeps the gate closed, for whoever names a living lease of the place, or does not."""
    return tuple(reason for reason in seen.closed if not (covered and reason.why in COVERED))


def _only_others(closed: tuple[Reason, ...]) -> bool:
    return all(reason.gravity is Verdict.WAIT for reason in closed)


def _frozen(closed: tuple[Reason, ...]) -> bool:
    return any(reason.why is Why.FROZEN for reason in closed)
