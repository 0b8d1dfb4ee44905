"""Whose matter a case is."""

from __future__ import annotations

from typing import Any

from bot.cases.facts import facts
from bot.cases.values import Case
from bot.catalog import Catalog
from bot.deps import Deps
from bot.grammar import suite_commands as typed
from bot.grammar.questions import Blank
from bot.notices.casework import CaseFacts
from bot.ports.chat import Message
from bot.reservations.queries import mine
from bot.values import Caller
from handlers.kit import filling
from handlers.views.cases import answers


async def team_cases(person: str, deps: Deps) -> tuple[CaseFacts, ...]:
    """Open ones, the oldest first: of suites and services that this person or the team owns, or that they look into."""
    catalog = deps.catalog()
    return tuple(_shown(case, deps) for case in await deps.cases.open_ones() if _concerns(case, person, catalog))


async def overview(_line: typed.Cases, deps: Deps, _caller: Caller) -> Message:
    known, lately = await deps.cases.open_ones(), await deps.cases.lately()
    open_ones, closed = ([_shown(case, deps) for case in cases] for cases in (known, lately))
    return answers.overview(open_ones, closed, deps.clock.now())


async def hold_form(id: str, deps: Deps, caller: Caller) -> dict[str, Any]:
    """Whoever has the place keeps it as it is; others reserve it, so that nobody changes it while they look."""
    case = await deps.cases.of(id)
    environment, why = case.place.environment, f"looking into {case.place.suite} #{case.first.number}"
    state = await deps.reservations.current()
    own = mine(state, caller.person, deps.clock.now()).holds
    if held := next((each for each in own if each.environment == environment), None):
        return await filling.form_for(Blank("hold", lease=held.lease_id, reason=why), deps, caller)
    return await filling.form_for(Blank("reserve", environment, "exclusive", reason=why), deps, caller)


def _shown(case: Case, deps: Deps) -> CaseFacts:
    return facts(case, root=deps.public_url)


def _concerns(case: Case, person: str, catalog: Catalog) -> bool:
    suite = catalog.suites.get(case.place.suite.casefold())
    services = (catalog.services.get(cause.service.casefold()) for cause in case.causes)
    owners = (*(suite.owners if suite else ()), *(name for each in services if each for name in each.owners))
    people = {each.slack for each in catalog.people_behind(owners)}
    return person in people or any(each.person == person for each in case.lookers)
