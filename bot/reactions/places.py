"""What the announce channel is told of places: that they are down or frozen, and that it is over."""

from __future__ import annotations

from collections.abc import Iterator

from bot.notices.model import ConditionCard, Envelope, FreezeCard
from bot.reactions.telling import Teller
from bot.reservations import events as happened
from bot.reservations.events import OfPlace
from bot.reservations.facts import condition_facts, freeze_facts
from bot.reservations.places import Condition
from bot.reservations.values import Scope, Status


def of_place(tell: Teller, event: OfPlace) -> Iterator[Envelope]:
    match event:
        case happened.ConditionSet(condition):
            yield from _condition(tell, condition)
        case happened.ConditionCleared(scope, by, note):
            was = tell.step.before.conditions[str(scope)]
            yield from _condition(tell, was, over_by=by, note=note)
        case happened.EnvironmentFrozen(window):
            yield from _freeze(tell, window.id)
        case happened.FreezeBegan(window_id=id):
            yield from _freeze(tell, id)
        case happened.FreezeLifted(window_id=id, by=by):
            yield from _freeze(tell, id, thawed_by=by)
        case happened.FreezeEnded(window_id=id) if not tell.step.before.freezes[id].lifted:
            yield from _freeze(tell, id, over=True)
        case _:
            return


def _condition(tell: Teller, condition: Condition, *, over_by: str | None = None, note: str = "") -> Iterator[Envelope]:
    there = [
        lease for lease in tell.step.after.within(condition.scope.environment) if _concerned(lease.scopes, condition)
    ]
    holders = sum(1 for lease in there if lease.status is Status.ACTIVE)
    waiting = sum(1 for lease in there if lease.status is Status.QUEUED)
    notice = ConditionCard(condition_facts(condition), holders, waiting, over_by, note)
    card = f"condition:{condition.scope}:{int(condition.since.timestamp())}"
    yield from tell.announced(condition.scope.environment, notice, card, final=over_by is not None)


def _concerned(scopes: tuple[Scope, ...], condition: Condition) -> bool:
    whole = condition.scope.environment == str(condition.scope)
    return whole or any(condition.scope.overlaps(scope) for scope in scopes)


def _freeze(tell: Teller, window_id: str, *, thawed_by: str | None = None, over: bool = False) -> Iterator[Envelope]:
    window = tell.step.after.freezes.get(window_id) or tell.step.before.freezes[window_id]
    ended = over or thawed_by is not None
    stage = "over" if ended else "on" if window.start <= tell.now else "announced"
    notice = FreezeCard(freeze_facts(window), stage, thawed_by)
    yield from tell.announced(window.scope.environment, notice, f"freeze:{window.id}", final=ended)
