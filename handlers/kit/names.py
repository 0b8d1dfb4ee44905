"""What may be typed, and when: from the catalog to the values that the grammar knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from zoneinfo import available_timezones

from bot.catalog import Catalog, Environment, Hours
from bot.deps import Deps, People
from bot.grammar.names import Names
from bot.grammar.targets import Place, Resource
from bot.grammar.words import PRIORITIES
from bot.notices.preferences import Preferences, working_hours
from bot.values import PIPELINE, is_pipeline
from handlers.kit.permissions import may


def names_of(catalog: Catalog) -> Names:
    """Every environment with its services, resources, labels and limits."""
    return Names(tuple(_place(environment) for environment in catalog.environments.values()))


def _place(environment: Environment) -> Place:
    return Place(
        environment.name,
        environment.services,
        environment.policy.maximum,
        environment.policy.default,
        environment.labels,
        tuple(Resource(resource.name, resource.labels) for resource in environment.resources),
    )


def people_of(catalog: Catalog) -> Mapping[str, str]:
    """Slack ids by what people are called, folded: the catalog's short name, and the whole one."""
    people = catalog.people.values()
    whole = {person.full_name.casefold(): person.slack for person in people if person.full_name}
    return {**whole, **{person.name.casefold(): person.slack for person in people}}


def groups_of(catalog: Catalog) -> Mapping[str, str]:
    """Slack ids of the user groups of teams, by the team's name, folded."""
    return {team.name.casefold(): team.slack for team in catalog.teams.values() if team.slack}


async def called(person: str, catalog: Catalog, people: People) -> str:
    """What a person or a pipeline is called: by the catalog, else by Slack; their id where neither can say."""
    if is_pipeline(person):
        return person.replace(PIPELINE, "pipeline ", 1)
    if known := catalog.person(person):
        return known.full_name or known.name
    return await people.name_of(person) or person


def priorities_of(person: str, catalog: Catalog) -> frozenset[str]:
    """The priorities that somebody with this Slack id may claim."""
    return frozenset(priority for priority in PRIORITIES if may(priority, person, None, catalog))


async def hours_of(person: str, deps: Deps) -> Hours:
    """A person's working day: their own choice, the catalog's, or the catalog's default in the zone Slack knows."""
    return working_hours(await chosen_by(person, deps), deps.catalog(), person)


async def chosen_by(person: str, deps: Deps) -> Preferences:
    """Their settings, with the zone that Slack knows of whoever is not in the catalog."""
    chosen = await deps.personal.of(person)
    if deps.catalog().person(person):
        return chosen
    zone = await deps.people.zone_of(person)
    return replace(chosen, known_zone=zone) if zone in zones() else chosen


@cache
def zones() -> frozenset[str]:
    """Every zone this machine knows; what Slack names may be newer than that."""
    return frozenset(available_timezones())
