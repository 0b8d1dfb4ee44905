"""From what was typed to what the rules are asked for: where, on which terms, and what for."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.deps import Deps
from bot.grammar import commands as typed
from bot.grammar import targets
from bot.reservations.commands import Described
from bot.reservations.service import Wish
from bot.reservations.values import HOTFIX, INCIDENT, NORMAL, AnyOf, Mode, Purpose, Scope, Terms
from bot.values import Caller
from handlers.kit.names import hours_of

RANKS = {"incident": INCIDENT, "hotfix": HOTFIX}


async def wish_to_have(line: typed.Reserve, deps: Deps, caller: Caller) -> Wish:
    scopes = scopes_of(line.target)
    terms = await terms_of(scopes, deps, caller)
    return Wish(
        scopes[0],
        Mode(line.mode),
        line.length,
        terms,
        line.until,
        line.reason,
        any_of=_any_of(line.target, scopes),
        rank=RANKS.get(line.priority or "", NORMAL),
        purpose=purpose_of(Mode(line.mode), tests=line.for_suite),
    )


def purpose_of(mode: Mode, *, tests: bool = False, looks: bool = False) -> Purpose:
    """What it is likely for: nobody is asked. tests: for a suite. looks: kept as it is, for a post-mortem."""
    if looks:
        return Purpose.INVESTIGATION
    return Purpose.REGRESSION if tests or mode is Mode.SHARED else Purpose.CODE


async def terms_of(scopes: tuple[Scope, ...], deps: Deps, caller: Caller) -> Terms:
    """The policy of the place and the working hours of the person; of several places, what all of them allow."""
    catalog = deps.catalog()
    policy, *others = [catalog.terms_for(scope.environment) for scope in scopes]
    longest = min(each.maximum for each in (policy, *others))
    hours = await hours_of(caller.person, deps)
    return Terms(longest, policy.claim_window, policy.remind_before, policy.default, hours=hours)


def scope_of(target: targets.Target) -> Scope:
    return Scope(target.environment, frozenset(target.services), frozenset(target.resources))


def scopes_of(wanted: targets.Wanted) -> tuple[Scope, ...]:
    """Where it may come to be, at least one."""
    if isinstance(wanted, targets.AnyOf):
        return tuple(scope_of(candidate) for candidate in wanted.candidates)
    return (scope_of(wanted),)


def described(target: targets.Target | None, caller: Caller, *, everything: bool = False) -> Described:
    return Described(scope_of(target) if target else None, everything, caller.at)


def moment_of(deps: Deps, caller: Caller) -> datetime:
    """When it was asked for: the same for each repeat, where that is known."""
    return caller.at or deps.clock.now()


def usual_length(scope: Scope, deps: Deps) -> timedelta:
    return deps.catalog().terms_for(scope.environment).default


def _any_of(wanted: targets.Wanted, scopes: tuple[Scope, ...]) -> AnyOf | None:
    return AnyOf(wanted.label, wanted.quantity, scopes) if isinstance(wanted, targets.AnyOf) else None
