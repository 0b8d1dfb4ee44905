"""What /deploy looks at: what runs where, what differs, what was deployed, what was good, what could be deployed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from bot.catalog import Catalog, Environment
from bot.deployments.values import Running, Target
from bot.deps import Deps
from bot.errors import NotFound
from bot.grammar import deploy_commands as typed
from bot.grammar.deploy import MAIN
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit.deploying import target_of, told
from handlers.views.deployments import answers, versions
from handlers.views.place import EnvironmentFacts

HISTORY_SHOWN = 15
COMPARED = 40
"""Services that a diff asks the vendor about."""


async def where(line: typed.Where, deps: Deps, _caller: Caller) -> Message:
    places = tuple(_places(deps.catalog(), line.environment, line.service))
    return versions.where(places, await runs(deps), deps.clock.now(), deps.commands.deploy)


async def beside(seen: tuple[EnvironmentFacts, ...], deps: Deps) -> tuple[EnvironmentFacts, ...]:
    """The environments with what runs in them."""
    known = await deps.deployments.where()
    return tuple(
        replace(
            env,
            running=tuple(x for x in known if x.target.environment == env.name and x.target.service in env.services),
        )
        for env in seen
    )


async def runs(deps: Deps) -> Mapping[Target, Running]:
    return {each.target: each for each in await deps.deployments.where()}


def _places(catalog: Catalog, environment: str, service: str) -> list[versions.Place]:
    every = [catalog.environment(environment)] if environment else list(catalog.environments.values())
    found = [versions.Place(e.name, tuple(s for s in e.services if service in ("", s))) for e in every]
    return [place for place in found if place.services or not service]


async def candidate(line: typed.Candidate, deps: Deps, _caller: Caller) -> Message:
    return answers.candidates([await _candidate(target_of(aim), deps) for aim in line.aims], deps.clock.now())


async def _candidate(target: Target, deps: Deps) -> answers.Candidate:
    tip, running = await deps.deployments.candidate(target), await deps.deployments.running(target)
    runs_there = running.version if running else ""
    changes = await deps.deployments.changes(target.service, runs_there, tip.hash) if tip else None
    return answers.Candidate(target, tip, runs_there, changes.total if changes else None)


async def diff(line: typed.Diff, deps: Deps, _caller: Caller) -> Message:
    """Against another environment, or the tips of the branches that are deployed from."""
    catalog = deps.catalog()
    here, there = catalog.environment(line.environment), catalog.environment(line.other) if line.other else None
    names = [each for each in here.services if there is None or each in there.services]
    shown = names[:COMPARED]
    known = await runs(deps)
    rows = await asyncio.gather(*(_difference(name, line, known, deps) for name in shown))
    found = [row for row in rows if row and row.here != row.other and (line.other or row.commits != 0)]
    unknown = [name for name, row in zip(shown, rows, strict=True) if row is None] + names[COMPARED:]
    same = len(shown) - len(found) - sum(1 for row in rows if row is None)
    said = versions.diff(here.name, line.other or MAIN, found, same, unknown)
    return versions.with_alone(said, _alone(here, there)) if there else said


def _alone(here: Environment, there: Environment) -> dict[str, list[str]]:
    """By environment: what it has and the other has not."""
    pairs = ((here, there), (there, here))
    return {one.name: [each for each in one.services if each not in other.services] for one, other in pairs}


async def _difference(
    service: str, line: typed.Diff, known: Mapping[Target, Running], deps: Deps
) -> versions.Difference | None:
    """None when one side of it is not known."""
    running = known.get(Target(line.environment, service))
    here = running.version if running else ""
    other, short = await _other_side(service, line, known, deps)
    if not other or not (here or line.other):
        return None
    changes = await deps.deployments.changes(service, here, other)
    if line.other and changes is not None and not changes.total:  # the other side is the older one
        changes = await deps.deployments.changes(service, other, here)
    return versions.Difference(service, here, short, changes.total if changes else None, changes.url if changes else "")


async def _other_side(service: str, line: typed.Diff, known: Mapping[Target, Running], deps: Deps) -> tuple[str, str]:
    """The version there, and how it is written; a branch is written as the commit at its tip."""
    if line.other:
        there = known.get(Target(line.other, service))
        return (there.version, there.version) if there else ("", "")
    tip = await deps.deployments.candidate(Target(line.environment, service))
    return (tip.label, tip.label) if tip else ("", "")


async def history(line: typed.History, deps: Deps, _caller: Caller) -> Message:
    found = await deps.deployments.history(line.service, line.environment, limit=HISTORY_SHOWN)
    of = "/".join(filter(None, (line.environment, line.service)))
    return versions.history(of, told(found, deps.catalog()), one=bool(line.environment and line.service))


async def good(line: typed.Good, deps: Deps, _caller: Caller) -> Message:
    catalog, known = deps.catalog(), await runs(deps)
    names = [line.environment] if line.environment else [each.name for each in catalog.environments.values()]
    return versions.good([await _good(name, known, deps) for name in names])


async def _good(environment: str, known: Mapping[Target, Running], deps: Deps) -> versions.GoodSet:
    found: dict[str, str] = {}
    with suppress(NotFound):  # nothing was found good there yet, which is an answer as well
        found = await deps.deployments.last_good(environment)
    now = {target.service: each.version for target, each in known.items() if target.environment == environment}
    return versions.GoodSet(environment, found, now)
