"""What /deploy changes: begin, wait, roll back, cancel. Each repeat of a request is given what came of the first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.catalog import Catalog
from bot.deployments.facts import facts
from bot.deployments.preflight import Preflight, Reason, Verdict
from bot.deployments.refusals import GateClosed, Moved
from bot.deployments.rights import OVERRIDE
from bot.deployments.standing import not_well
from bot.deployments.values import Deployment, Stage, Target, Wish
from bot.deps import Deps
from bot.errors import Conflict, Forbidden
from bot.grammar import deploy_commands as typed
from bot.notices.facts import DeploymentFacts
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import permissions
from handlers.views.deployments import answers, checks

TRIES = 3


@dataclass(frozen=True, slots=True)
class _Order:
    wish: Wish
    caller: Caller


def target_of(aim: typed.Aim) -> Target:
    return Target(aim.environment, aim.service)


async def check(line: typed.Check, deps: Deps, caller: Caller) -> Message:
    seen = [await deps.deployments.check(target_of(aim), aim.ref, caller=caller) for aim in line.aims]
    return _checked(seen, line.reading.removeprefix("check "), deps, caller)


async def deploy(line: typed.Deploy, deps: Deps, caller: Caller) -> Message:
    """All of it, or nothing when the gate is closed for some of it."""
    orders = tuple(_orders(line, caller, wait=False))
    fresh = await _fresh(orders, deps)
    if waiting := await _waiting(fresh, deps):
        return answers.waits_already(told(waiting, deps.catalog()), line.reading)
    seen = await _seen(fresh, deps)
    if any(each.closed for each in seen) and not line.override:
        return _checked(seen, line.reading, deps, caller)
    return await _begin(orders, line.reading, seen, deps)


async def deploy_in_turn(line: typed.Deploy, latest: Sequence[str] | None, deps: Deps, caller: Caller) -> Message:
    """The same, and stands in line for what is not free. latest: what had begun there last, when that was offered."""
    orders = tuple(_orders(line, caller, wait=True))
    fresh = await _fresh(orders, deps)
    if waiting := await _waiting(fresh, deps):
        return answers.waits_already(told(waiting, deps.catalog()), line.reading)
    seen = await _seen(fresh, deps)
    if latest is not None and checks.moved(seen, latest):
        return _checked(seen, line.reading, deps, caller, moved=True)
    if any(each.closed for each in seen) and not line.override and not checks.can_wait(seen):
        return _checked(seen, line.reading, deps, caller)
    return await _begin(orders, line.reading, seen, deps)


async def _fresh(orders: Sequence[_Order], deps: Deps) -> list[_Order]:
    """Those that are no repeats."""
    room = deps.deployments
    return [each for each in orders if await room.asked_before(each.wish.target, caller=each.caller) is None]


async def _seen(orders: Sequence[_Order], deps: Deps) -> list[Preflight]:
    return [await deps.deployments.check(each.wish.target, each.wish.ref, caller=each.caller) for each in orders]


async def _waiting(orders: Sequence[_Order], deps: Deps) -> list[Deployment]:
    """What the caller has in line already, when that is all that is asked for."""
    wanted = {(each.wish.target, each.wish.ref) for each in orders}
    person = orders[0].caller.person if orders else ""
    mine = [x for x in await deps.deployments.under_way() if x.stage is Stage.WAITING and x.by == person]
    found = {(each.target, each.ref): each for each in mine if (each.target, each.ref) in wanted}
    return list(found.values()) if len(found) == len(wanted) else []


def _orders(line: typed.Deploy, caller: Caller, *, wait: bool) -> Iterator[_Order]:
    """Each service is a request of its own, so that each has its own lease and its own deployment."""
    for aim in line.aims:
        target = target_of(aim)
        wish = Wish(target, aim.ref, line.note, wait=wait, override=line.override)
        yield _Order(wish, caller if len(line.aims) == 1 else _one_of_several(caller, target))


def _one_of_several(caller: Caller, target: Target) -> Caller:
    digest = hashlib.sha256(f"{caller.request_id}\n{target}".encode()).hexdigest()
    return replace(caller, request_id=f"one-of:{digest}")


async def _begin(orders: Sequence[_Order], reading: str, seen: Sequence[Preflight], deps: Deps) -> Message:
    """In the order in which they were named, until one is refused."""
    begun: list[Deployment] = []
    stopped = ""
    for order in orders:
        try:
            begun.append(await deps.deployments.deploy(order.wish, caller=order.caller))
        except (Conflict, Forbidden) as error:
            if not begun:
                raise
            stopped = error.user_message
            break
    cautions = [replace(each, reasons=tuple(_worth_knowing(each))) for each in seen]
    return answers.begun(told(begun, deps.catalog()), reading, cautions=cautions, stopped=stopped)


def _worth_knowing(seen: Preflight) -> Iterator[Reason]:
    yield from (reason for reason in seen.reasons if reason.gravity is not Verdict.STOP)


def _checked(
    seen: Sequence[Preflight], line: str, deps: Deps, caller: Caller, *, moved: bool = False, undoes: str = ""
) -> Message:
    catalog = deps.catalog()
    may = all(permissions.may(OVERRIDE, caller.person, each.target.environment, catalog) for each in seen)
    return checks.checked(seen, line, deps.clock.now(), may_override=may, moved=moved, undoes=undoes)


async def ask_to_roll_back(line: typed.Rollback, deps: Deps, caller: Caller) -> Message:
    """A button that would be refused is not shown."""
    target = Target(line.environment, line.service)
    way = await deps.deployments.before(target)
    seen = await deps.deployments.check(target, way.to, caller=caller)
    if seen.verdict is Verdict.STOP and not line.override:
        return _checked([seen], f"{target}@{way.to}", deps, caller, undoes=way.latest.id)
    skipped, against = not_well(way.skipped), not_well([way.doubtful] if way.doubtful else [])
    latest = facts(way.latest, deps.catalog())
    return answers.roll_back(target, latest, way.to, line, skipped=skipped, against=against)


async def roll_back(target: Target, latest: str, override: str, deps: Deps, caller: Caller, *, to: str = "") -> Message:
    """latest: what is undone. to: the version that the button named, empty in those of older releases. Raises MovedOn
    when another has come since, or the way back leads elsewhere by now.
    """
    how = Wish(target, to, override=override)
    try:
        done = await deps.deployments.roll_back(target, latest, caller=caller, how=how)
    except GateClosed as closed:
        return _checked([closed.preflight], f"{target}@{closed.preflight.ref}", deps, caller, undoes=latest)
    return answers.begun(told([done], deps.catalog()), f"rollback {target.service} to {target.environment}")


async def cancel(line: typed.Cancel, deps: Deps, caller: Caller) -> Message:
    """By its id, by what it deploys, or the one thing that one deploys."""
    if line.id:
        return await cancel_one(line.id, deps, caller)
    under_way = await deps.deployments.under_way()
    found = [each for each in under_way if _is_meant(each, line, caller.person)]
    if len(found) == 1:
        return await cancel_one(found[0].id, deps, caller)
    catalog = deps.catalog()
    if found:
        return answers.which_to_cancel(told(found, catalog))
    return answers.nothing_to_cancel(told(under_way, catalog))


def _is_meant(deployment: Deployment, line: typed.Cancel, person: str) -> bool:
    if not (line.service or line.environment):
        return deployment.by == person
    target = deployment.target
    return line.service in ("", target.service) and line.environment in ("", target.environment)


async def cancel_one(id: str, deps: Deps, caller: Caller) -> Message:
    """What follows by itself may change it at the same moment, most of all just after it was begun."""
    for _ in range(TRIES - 1):
        with suppress(Moved):
            return answers.cancelled(facts(await deps.deployments.cancel(id, caller=caller), deps.catalog()))
    return answers.cancelled(facts(await deps.deployments.cancel(id, caller=caller), deps.catalog()))


async def start_again(id: str, deps: Deps, caller: Caller) -> Message:
    """It is looked for while somebody presses the button, too: then the second time tells what came of it."""
    with suppress(Moved):
        return answers.started_again(facts(await deps.deployments.start_again(id, caller=caller), deps.catalog()))
    return answers.started_again(facts(await deps.deployments.start_again(id, caller=caller), deps.catalog()))


def told(deployments: Sequence[Deployment], catalog: Catalog) -> tuple[DeploymentFacts, ...]:
    return tuple(facts(each, catalog) for each in deployments)
