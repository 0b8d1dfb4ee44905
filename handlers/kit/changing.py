"""What a form asks of a lease that one holds: more of it, for longer, as it is, or for somebody else."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import cast

from bot.deps import Deps
from bot.errors import WrongField
from bot.grammar import commands as typed
from bot.grammar.durations import in_words
from bot.ports.chat import Message
from bot.reservations.facts import MINUTE, bare_facts
from bot.reservations.values import Lease, Mode
from bot.values import Caller
from handlers.kit import filling, having, parting
from handlers.kit.wishes import moment_of, scopes_of
from handlers.views import lease as words
from handlers.views import outcomes
from handlers.views.forms import fields
from handlers.views.forms.filled import Filled, chosen

AS_IT_IS = "That is what you have. Choose more of it, how you use it, or how much longer."


async def change(form: Filled, deps: Deps, caller: Caller) -> Message:
    """Only for longer is an extension; anything else is reserved besides, for what is left and what is added."""
    lease = await _held(form, deps, caller)
    longer = await _longer(form, lease, deps, caller) if form.when else None
    wanted = chosen(form.targets, filling.choosable("reserve", deps, caller))
    if scopes_of(wanted) == (lease.scope,) and Mode(form.mode) is lease.mode:
        return await _extend(lease, longer, deps, caller)
    left = _left(lease, deps, caller) + (longer.length if longer and longer.length else timedelta())
    until = form.when if longer and longer.until else in_words(left)
    line = await filling.line_of(replace(form, verb="reserve", length="", until=until), deps, caller)
    return await having.reserve(cast("typed.Reserve", line), deps, caller)


async def hold(form: Filled, deps: Deps, caller: Caller) -> Message:
    target = _target(await _held(form, deps, caller))
    line = await filling.line_of(form, deps, caller, target=target)
    return await having.hold(cast("typed.Hold", line), deps, caller)


async def give(form: Filled, deps: Deps, caller: Caller) -> Message:
    return await parting.give_one((await _held(form, deps, caller)).id, form.to, deps, caller)


async def _held(form: Filled, deps: Deps, caller: Caller) -> Lease:
    """Raises LeaseGone: the form may have been open for longer than that."""
    state = await deps.reservations.current()
    return filling.held(state.leases.get(form.lease), form.lease, caller)


async def _longer(form: Filled, lease: Lease, deps: Deps, caller: Caller) -> typed.Extend:
    line = f"extend {_target(lease)} {form.when}"
    return cast("typed.Extend", await filling.definite(line, form, deps, caller))


async def _extend(lease: Lease, by: typed.Extend | None, deps: Deps, caller: Caller) -> Message:
    if by is None:
        raise WrongField(AS_IT_IS, fields.TARGET)
    outcome = await deps.reservations.extend(lease.id, caller=caller, length=by.length, until=by.until)
    return outcomes.extended(outcome, deps.clock.now())


def _left(lease: Lease, deps: Deps, caller: Caller) -> timedelta:
    """What is left of it, in whole minutes."""
    now = moment_of(deps, caller)
    return max(1, math.ceil(((lease.ends or now) - now) / MINUTE)) * MINUTE


def _target(lease: Lease) -> str:
    return words.target(bare_facts(lease))
