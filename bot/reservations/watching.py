"""Who wants to hear when something is free. It lives in SQL alone: nothing is decided upon it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from bot.reservations.events import ConditionCleared, FreezeEnded, FreezeLifted, FreezesPlanned, lease_id_of, place_of
from bot.reservations.ledger import Step
from bot.reservations.state import State, concerns
from bot.reservations.tables import WatchRow
from bot.reservations.values import Mode, Scope, Status
from bot.runtime.database import Database
from bot.values import Caller

SEPARATOR = ","
OPENS = ConditionCleared | FreezeEnded | FreezeLifted | FreezesPlanned
"""What makes a place free that nobody holds."""


@dataclass(frozen=True, slots=True)
class Freed:
    """By the event `seq` something less is in the way at `scope`: a lease or a place in the queue, which was somebody's
    (`whose`), or nobody's, such as a freeze. held: it was a lease.
    """

    seq: int
    scope: Scope
    whose: str = ""
    held: bool = False


class Watches:
    """Every method raises Unavailable when SQL does not answer."""

    def __init__(self, database: Database, workspace: str) -> None:
        self._database, self._workspace = database, workspace

    async def add(self, scope: Scope, *, caller: Caller) -> None:
        """Watching twice is as once."""

        def put(session: Session) -> None:
            session.merge(_row(self._workspace, caller.person, scope))

        await self._database.transact(put)

    async def remove(self, scope: Scope | None, *, caller: Caller) -> tuple[Scope, ...]:
        """What is watched no more: all that lies in `scope`, or everything."""
        watched = [each for each in await self.of(caller.person) if scope is None or scope.covers(each)]

        def drop(session: Session) -> None:
            for each in watched:
                _drop(session, _row(self._workspace, caller.person, each))

        await self._database.transact(drop)
        return tuple(watched)

    async def of(self, person: str) -> tuple[Scope, ...]:
        mine = select(WatchRow).where(WatchRow.workspace == self._workspace, WatchRow.person == person)
        async with self._database.read() as session:
            rows = (await session.exec(mine)).all()
        return tuple(sorted((_scope(row) for row in rows), key=str))


def free_now(session: Session, workspace: str, steps: Sequence[Step]) -> list[tuple[str, Scope, Freed]]:
    """Who is to hear what is free, with what freed it. Each is told once: the watch is over with it."""
    freed = list(_freed(steps))
    if not freed:
        return []
    places = {each.scope.environment for each in freed}
    there = select(WatchRow).where(WatchRow.workspace == workspace, col(WatchRow.environment).in_(places))
    found: list[tuple[str, Scope, Freed]] = []
    for row in session.exec(there).all():
        scope = _scope(row)
        cause = next((each for each in reversed(freed) if concerns(each.scope, scope)), None)
        if cause and row.person != cause.whose and is_free(steps[-1].after, scope):
            found.append((row.person, scope, cause))
            _drop(session, row)
    return found


def is_free(state: State, scope: Scope) -> bool:
    """Whoever reserved it exclusively now would have it at once."""
    if state.condition_of(scope) or (state.at and state.freeze_of(scope, Mode.EXCLUSIVE, state.at)):
        return False
    there = (lease for lease in state.within(scope.environment) if lease.status is not Status.BOOKED)
    return not any(lease.touches(scope) for lease in there)


def _freed(steps: Sequence[Step]) -> Iterator[Freed]:
    """Where less is in the way than before. An any-of that has got one of its candidates leaves the others."""
    for step in steps:
        seq, event = step.recorded.seq, step.recorded.event
        if isinstance(event, OPENS):
            yield Freed(seq, Scope(place_of(event)))
            continue
        was, now = (state.leases.get(lease_id_of(event)) for state in (step.before, step.after))
        if was and was.status is not Status.BOOKED:
            left = [scope for scope in was.scopes if now is None or scope not in now.scopes]
            yield from (Freed(seq, scope, was.person, was.status is Status.ACTIVE) for scope in left)


def _row(workspace: str, person: str, scope: Scope) -> WatchRow:
    services, resources = (SEPARATOR.join(sorted(each)) for each in (scope.services, scope.resources))
    return WatchRow(
        workspace=workspace, person=person, environment=scope.environment, services=services, resources=resources
    )


def _scope(row: WatchRow) -> Scope:
    services, resources = (frozenset(filter(None, each.split(SEPARATOR))) for each in (row.services, row.resources))
    return Scope(row.environment, services, resources)


def _drop(session: Session, row: WatchRow) -> None:
    keys = ("workspace", "person", "environment", "services", "resources")
    session.exec(delete(WatchRow).where(*(col(getattr(WatchRow, key)) == getattr(row, key) for key in keys)))
