"""The buttons on leases and offers: one press, one use case, one answer. Whoever presses is checked by the rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.deps import Deps
from bot.values import Caller
from handlers.kit import parting
from handlers.kit.answer import Answer
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.views import outcomes, turns

Body = Mapping[str, Any]


async def accept(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id = _lease(action)
    outcome = await deps.reservations.accept(id, caller=caller, version=_version(action))
    if not _answered_by_the_edit(action):
        await respond(outcomes.accepted(outcome, id, deps.clock.now()))


async def decline(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id = _lease(action)
    outcome = await deps.reservations.decline(id, caller=caller, version=_version(action))
    if not _answered_by_the_edit(action):
        await respond(outcomes.passed(outcome, id, deps.clock.now()))


async def put_off(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id = _lease(action)
    outcome = await deps.reservations.put_off(id, caller=caller, version=_version(action))
    if not _answered_by_the_edit(action):
        await respond(turns.put_off(outcome, id, deps.clock.now()))


async def accept_ahead(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id = _lease(action)
    outcome = await deps.reservations.accept_ahead(id, caller=caller)
    await respond(turns.ahead(outcome, id, deps.clock.now()))


async def extend(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    end, version = _end(carried(action)), _version(action)
    outcome = await deps.reservations.extend(_lease(action), caller=caller, version=version, **end)
    await respond(outcomes.extended(outcome, deps.clock.now()))


async def release(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(outcomes.released(await deps.reservations.release(_lease(action), caller=caller)))


async def leave(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    await respond(outcomes.left(await deps.reservations.leave(_lease(action), caller=caller)))


async def give(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    """One of several, to whoever was named in the line."""
    await respond(await parting.give_one(_lease(action), str(carried(action)["to"]), deps, caller))


async def undo(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    outcome = await deps.reservations.undo(caller=caller, lease_id=_lease(action))
    await respond(outcomes.taken_back(outcome, deps.clock.now()))


def _lease(action: Body) -> str:
    return str(carried(action)["lease"])


def _version(action: Body) -> int | None:
    """Of the lease when the button was shown; buttons of earlier releases may lack it."""
    return carried(action).get("version")


def _answered_by_the_edit(action: Body) -> bool:
    """The offer's own message says at once what came of it; a second one beside it would only repeat that."""
    return bool(carried(action).get("here"))


def _end(value: dict[str, Any]) -> dict[str, Any]:
    """By how much, or until when; neither for as long as is usual there."""
    if minutes := value.get("minutes"):
        return {"length": timedelta(minutes=int(minutes))}
    if until := value.get("until"):
        return {"until": datetime.fromisoformat(until)}
    return {}


def register(on: Listeners) -> None:
    on.action("env.accept", accept)
    on.action("env.pass", decline)
    on.action("env.later", put_off)
    on.action("env.ahead", accept_ahead)
    on.action(re.compile(r"env\.extend\.\d+"), extend)
    on.action(re.compile(r"env\.release(\.\d+)?"), release)
    on.action(re.compile(r"env\.leave(\.\d+)?"), leave)
    on.action(re.compile(r"env\.give\.\d+"), give)
    on.action("env.undo", undo)
