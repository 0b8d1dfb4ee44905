"""The form that stands for `/suite run`: what may be chosen, and what comes of what was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.catalog import Catalog
from bot.deps import Deps
from bot.errors import NotFound, UsageError
from bot.grammar import suite_commands as typed
from bot.grammar.suite import parse_suite
from bot.ports.chat import Message
from bot.values import Caller
from handlers.kit import permissions, running
from handlers.views.suites import form


def run_form(deps: Deps, suite: str = "", *, home: bool = False) -> dict[str, Any]:
    """Raises NotFound when there is nothing to choose from."""
    choices = _choices(deps.catalog())
    if not choices:
        raise NotFound("The catalog has no suites yet: write them below `suites:`.")
    return form.form(choices, suite, home=home)


def _choices(catalog: Catalog) -> tuple[form.Choice, ...]:
    known = {each.name: each.environments for each in running.suite_names(catalog).suites}
    return tuple(form.Choice(suite, known[suite.name]) for suite in catalog.suites.values() if known[suite.name])


async def run(view: Mapping[str, Any], deps: Deps, caller: Caller) -> Message:
    """Raises what a typed line raises."""
    catalog = deps.catalog()
    asked = parse_suite(form.line(view), running.suite_names(catalog))
    permissions.check(asked, caller.person, catalog)
    if not isinstance(asked, typed.Run):
        raise UsageError("Choose where it is to run.")
    return await running.run(asked, deps, caller)
