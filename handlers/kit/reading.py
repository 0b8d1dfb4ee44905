"""A typed line, read as whoever typed it means it."""

from __future__ import annotations

from bot.deps import Deps
from bot.grammar.commands import EnvCommand
from bot.grammar.env import parse_env
from bot.values import Caller
from handlers.kit import permissions
from handlers.kit.names import groups_of, hours_of, names_of, people_of, priorities_of


async def read(text: str, deps: Deps, caller: Caller) -> EnvCommand:
    """Raises UsageError, NotFound, and Forbidden for what the caller may not do."""
    hours = await hours_of(caller.person, deps)
    catalog, at = deps.catalog(), caller.at or deps.clock.now()
    line = parse_env(
        text,
        names_of(catalog),
        at,
        hours.zone,
        hours.end,
        workday_start=hours.start,
        priorities=priorities_of(caller.person, catalog),
        people=people_of(catalog),
        groups=groups_of(catalog),
    )
    permissions.check(line, caller.person, catalog)
    return line
