"""Verbs about a place, whoever holds it: down, degraded, ok, freeze, thaw, watch, unwatch, health, calendar."""

from __future__ import annotations

from bot.deps import Deps
from bot.grammar import commands as typed
from bot.ports.chat import Message
from bot.reservations import queries
from bot.reservations.places import Kind
from bot.reservations.rules.agenda import agenda
from bot.reservations.values import Scope
from bot.reservations.watching import is_free
from bot.values import Caller
from handlers.kit.names import hours_of
from handlers.kit.wishes import moment_of, scope_of
from handlers.views import calendar as calendar_page
from handlers.views import health as health_page
from handlers.views import outcomes, place, watching


async def set_condition(line: typed.SetCondition, deps: Deps, caller: Caller) -> Message:
    scope, kind = scope_of(line.target), None if line.kind == "ok" else Kind(line.kind)
    outcome = await deps.reservations.set_condition(scope, kind, reason=line.reason, caller=caller, eta=line.eta)
    said = next((x for x in queries.unwell_at(outcome.state, scope.environment) if x.scope == str(scope)), None)
    if kind is None or said is None:
        return outcomes.well(outcome, str(scope), line.reading)
    return outcomes.unwell(outcome, said, line.reading)


async def freeze(line: typed.Freeze, deps: Deps, caller: Caller) -> Message:
    scope, start = scope_of(line.target), line.start or moment_of(deps, caller)
    end = line.until or start + line.length
    outcome = await deps.reservations.freeze(scope, start=start, end=end, reason=line.reason, caller=caller)
    return outcomes.frozen(outcome, line.reading, deps.clock.now())


async def thaw(line: typed.Thaw, deps: Deps, caller: Caller, window: str | None = None) -> Message:
    """window: the id of the one freeze that is meant."""
    outcome = await deps.reservations.thaw(scope_of(line.target), caller=caller, window=window)
    return outcomes.thawed(outcome, str(line.target), line.reading)


async def watch(line: typed.Watch, deps: Deps, caller: Caller) -> Message:
    """What is free already need not be waited for."""
    scope, state = scope_of(line.target), await deps.reservations.current()
    if is_free(state, scope):
        there = queries.board(state, scope.environment, deps.clock.now())
        return watching.free_already(str(scope), () if _parts(scope) else (*there.holders, *there.offered))
    await deps.watches.add(scope, caller=caller)
    return watching.watched(str(scope), line.reading)


async def unwatch(line: typed.Unwatch, deps: Deps, caller: Caller) -> Message:
    scope = scope_of(line.target) if line.target else None
    ended = await deps.watches.remove(scope, caller=caller)
    return watching.unwatched(tuple(map(str, ended)), str(scope or ""))


async def health(line: typed.Health, deps: Deps, caller: Caller) -> Message:
    state, now, catalog = await deps.reservations.current(), deps.clock.now(), deps.catalog()
    if line.target is None:
        return health_page.health(place.overview(state, catalog, caller.person, now))
    env, scope = catalog.environment(line.target.environment), scope_of(line.target)
    seen = queries.board(state, env.name, now)
    return health_page.health((place.at_a_glance(seen, env, caller.person, _parts(scope)),))


async def calendar(line: typed.Calendar, deps: Deps, caller: Caller) -> Message:
    """Of one place; without a target of every environment, also of those that the catalog has dropped."""
    state, now, known = await deps.reservations.current(), deps.clock.now(), deps.catalog().environments.values()
    names = dict.fromkeys((*(env.name for env in known), *state.environments))
    scopes = (scope_of(line.target),) if line.target else tuple(map(Scope, names))
    entries = sorted((x for scope in scopes for x in agenda(state, scope, now)), key=lambda x: (x.start, x.end))
    look = calendar_page.Look(
        reader=caller.person,
        at=now,
        zone=(await hours_of(caller.person, deps)).zone,
        target=str(line.target or ""),
        example=str(line.target or next(iter(names), "ENVIRONMENT")),
        command=deps.commands.env,
        root=deps.public_url,
    )
    return calendar_page.calendar(entries, look)


def _parts(scope: Scope) -> tuple[str, ...]:
    return tuple(sorted(scope.resources or scope.services))
