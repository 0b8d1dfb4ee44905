"""Whose matter a case is."""

from __future__ import annotations

from bot.cases.facts import facts
from bot.cases.values import Case
from bot.catalog import Catalog
from bot.deps import Deps
from bot.grammar import suite_commands as typed
from bot.notices.casework import CaseFacts
from bot.ports.chat import Message
from bot.values import Caller
from handlers.views.cases import answers


async def team_cases(person: str, deps: Deps) -> tuple[CaseFacts, ...]:
    """Open ones, the oldest first: of suites and services that this person or the team owns, or that they look into."""
    catalog = deps.catalog()
    return tuple(facts(case) for case in await deps.cases.open_ones() if _concerns(case, person, catalog))


async def overview(_line: typed.Cases, deps: Deps, _caller: Caller) -> Message:
    known, lately = await deps.cases.open_ones(), await deps.cases.lately()
    return answers.overview(tuple(map(facts, known)), tuple(map(facts, lately)), deps.clock.now())


def _concerns(case: Case, person: str, catalog: Catalog) -> bool:
    suite = catalog.suites.get(case.place.suite.casefold())
    services = (catalog.services.get(cause.service.casefold()) for cause in case.causes)
    owners = (*(suite.owners if suite else ()), *(name for each in services if each for name in each.owners))
    people = {each.slack for each in catalog.people_behind(owners)}
    return person in people or any(each.person == person for each in case.lookers)
