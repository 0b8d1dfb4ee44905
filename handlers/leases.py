"""The buttons on leases and offers: one press, one use case, one answer. Whoever presses is checked by the rules."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.deps import Deps
from bot.notices.model import LeaseFacts
from bot.ports.chat import Message
from bot.reservations.facts import facts, waiting_for
from bot.reservations.values import State, Status
from bot.values import Caller
from handlers.kit.answer import Answer
from handlers.kit.listeners import Listeners
from handlers.views import answers

Body = Mapping[str, Any]


async def accept(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id = _lease(action)
    outcome = await deps.reservations.accept(id, caller=caller)
    await respond(_held(id, outcome.state, deps))


async def decline(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id = _lease(action)
    told = _before(id, deps)
    outcome = await deps.reservations.decline(id, caller=caller)
    lease = outcome.state.leases.get(id)
    waits = lease is not None and lease.status is not Status.ACTIVE
    now = facts(outcome.state, lease, deps.clock.now()) if lease else told
    await respond(answers.passed(now, waits=waits) if now else answers.over(replayed=outcome.replayed))


async def extend(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id, minutes = _lease(action), int(_carried(action)["minutes"])
    outcome = await deps.reservations.extend(id, caller=caller, length=timedelta(minutes=minutes))
    lease = outcome.state.leases.get(id)
    if lease is None:
        await respond(answers.over(replayed=outcome.replayed))
        return
    await respond(answers.extended(facts(outcome.state, lease, deps.clock.now()), waiting_for(outcome.state, lease)))


async def release(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id = _lease(action)
    told = _before(id, deps)
    outcome = await deps.reservations.release(id, caller=caller)
    await respond(answers.released((told,)) if told else answers.over(replayed=outcome.replayed))


async def leave(action: Body, respond: Answer, deps: Deps, caller: Caller) -> None:
    id = _lease(action)
    told = _before(id, deps)
    outcome = await deps.reservations.leave(id, caller=caller)
    await respond(answers.left((told,)) if told else answers.over(replayed=outcome.replayed))


def _held(id: str, state: State, deps: Deps) -> Message:
    lease = state.leases.get(id)
    return answers.held(facts(state, lease, deps.clock.now())) if lease else answers.over(replayed=True)


def _before(id: str, deps: Deps) -> LeaseFacts | None:
    """What the lease was, for the answer: once ended it is in the state no more."""
    state = deps.reservations.cached()
    lease = state.leases.get(id)
    return facts(state, lease, deps.clock.now()) if lease else None


def _carried(action: Body) -> dict[str, Any]:
    return json.loads(action["value"])


def _lease(action: Body) -> str:
    return str(_carried(action)["lease"])


def register(on: Listeners) -> None:
    on.action("env.accept", accept)
    on.action("env.pass", decline)
    on.action(re.compile(r"env\.extend\.\d+"), extend)
    on.action("env.release", release)
    on.action("env.leave", leave)
