"""What no single line can tell: references, cycles, and names that two things claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from bot.catalog import scalars
from bot.catalog.section import Draft
from bot.catalog.suite_values import Suite
from bot.catalog.values import Catalog
from bot.similar import did_you_mean, nearest

Path = tuple[str, ...]


def check(catalog: Catalog, draft: Draft, why_taken: Callable[[str], str | None]) -> None:
    """Add every problem found to `draft`."""
    _nothing_there(catalog, draft)
    _unknown_references(catalog, draft)
    _names_in_the_way(catalog, draft, why_taken)
    _labels_nobody_can_type(catalog, draft)
    _cycles(catalog, draft)
    _claims(_slack_ids(catalog), draft, "Slack id", "Each person and team has one id; remove or correct one.")
    _claims(_aliases(catalog), draft, "alias", "A source's name belongs to one service; remove it from the other.")
    _claims(_accounts(catalog), draft, "account", "An account belongs to one person; remove it from the other.")


def _nothing_there(catalog: Catalog, draft: Draft) -> None:
    if not catalog.environments and not draft.problems:
        draft.complain(1, "The catalog has no environment.", "Add `environments:` with at least one name below it.")


@dataclass(frozen=True, slots=True)
class _Reference:
    path: Path
    name: str
    kind: str
    known: tuple[str, ...]


def _unknown_references(catalog: Catalog, draft: Draft) -> None:
    for reference in _references(catalog):
        if reference.name in reference.known:
            continue
        near = nearest(reference.name, reference.known)
        fix = (
            did_you_mean(near).strip()
            or f"Declare it, or write one of: {', '.join(reference.known[:8]) or 'none yet'}."
        )
        place = ".".join(reference.path)
        draft.complain(
            draft.line(*reference.path, reference.name),
            f"`{place}` names the unknown {reference.kind} `{reference.name[:60]}`.",
            fix,
        )


def _references(catalog: Catalog) -> Iterator[_Reference]:
    services = tuple(service.name for service in catalog.services.values())
    people = tuple(person.name for person in catalog.people.values())
    owners = (*people, *(team.name for team in catalog.teams.values()))

    def named(names: Iterable[str], kind: str, known: tuple[str, ...], *path: str) -> Iterator[_Reference]:
        return (_Reference(path, name, kind, known) for name in names)

    yield from named(catalog.owners, "person or team", owners, "workspace", "owners")
    for environment in catalog.environments.values():
        yield from named(environment.services, "service", services, "environments", environment.name, "services")
        yield from named(environment.owners, "person or team", owners, "environments", environment.name, "owners")
    for service in catalog.services.values():
        yield from named(service.depends_on, "service", services, "services", service.name, "depends_on")
        yield from named(service.owners, "person or team", owners, "services", service.name, "owners")
    for suite in catalog.suites.values():
        yield from _references_of(suite, services, owners, tuple(e.name for e in catalog.environments.values()))
    for flow in catalog.flows.values():
        yield from named(flow.services, "service", services, "flows", flow.name, "services")
    for team in catalog.teams.values():
        yield from named(team.members, "person", people, "teams", team.name, "members")
    for role, names in catalog.roles.items():
        yield from named(names, "person or team", owners, "roles", role)


def _references_of(
    suite: Suite, services: tuple[str, ...], owners: tuple[str, ...], environments: tuple[str, ...]
) -> Iterator[_Reference]:
    where = ("suites", suite.name)
    for key, names in (("covers", suite.covers), ("after_deploy", suite.after_deploy)):
        yield from (_Reference((*where, key), name, "service", services) for name in names)
    yield from (_Reference((*where, "owners"), name, "person or team", owners) for name in suite.owners)
    yield from (_Reference((*where, "environments"), name, "environment", environments) for name in suite.environments)
    for number, schedule in enumerate(suite.schedules, start=1):
        if schedule.environment:
            path = (*where, "schedule", str(number), "environment")
            yield _Reference(path, schedule.environment, "environment", suite.environments or environments)


def _names_in_the_way(catalog: Catalog, draft: Draft, why_taken: Callable[[str], str | None]) -> None:
    """Environments and resources are typed alone, so they must read as nothing else. Services stand behind `env/`."""
    services = {service.casefold() for environment in catalog.environments.values() for service in environment.services}
    for path, name in _typed_alone(catalog):
        if why := why_taken(name):
            draft.complain(
                draft.line(*path),
                f"`{name}` {why}, so nobody could type it as a name.",
                f"Rename it, for example to `{name}-env`.",
            )
        elif name.casefold() in services:
            draft.complain(draft.line(*path), f"`{name}` is also the name of a service.", "Rename one of the two.")
    for team in catalog.teams.values():
        if team.name.casefold() in catalog.people:
            draft.complain(
                draft.line("teams", team.name), f"`{team.name}` is also the name of a person.", "Rename one of the two."
            )


def _typed_alone(catalog: Catalog) -> Iterator[tuple[Path, str]]:
    for environment in catalog.environments.values():
        yield ("environments", environment.name), environment.name
        for resource in environment.resources:
            yield ("environments", environment.name, "resources", resource.name), resource.name


def _labels_nobody_can_type(catalog: Catalog, draft: Draft) -> None:
    """Labels are typed as `any:<label>`, a word like any name."""
    for path, labels in _labels(catalog):
        for label in sorted(labels):
            try:
                scalars.name(label)
            except ValueError as error:
                draft.complain(draft.line(*path, label), f"`{label[:60]}` cannot be a label.", str(error))


def _labels(catalog: Catalog) -> Iterator[tuple[Path, frozenset[str]]]:
    for environment in catalog.environments.values():
        yield ("environments", environment.name, "labels"), environment.labels
        for resource in environment.resources:
            yield ("environments", environment.name, "resources", resource.name, "labels"), resource.labels


def _cycles(catalog: Catalog, draft: Draft) -> None:
    """Each circle of depends_on is said at the service that closes it."""
    needs = {name: {needed.casefold() for needed in service.depends_on} for name, service in catalog.services.items()}
    while circle := _circle(needs):
        _say_cycle(catalog, draft, circle)
        needs[circle[0]].discard(circle[1])


def _circle(needs: Mapping[str, set[str]]) -> list[str]:
    """One circle, its first name repeated at the end; empty when there is none."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def _say_cycle(catalog: Catalog, draft: Draft, cycle: list[str]) -> None:
    names = [catalog.services[name].name for name in cycle]
    draft.complain(
        draft.line("services", names[0], "depends_on", names[1]),
        f"These services depend on each other in a circle: {' -> '.join(names)}.",
        "Remove one of the `depends_on`.",
    )


_Claim = tuple[str, str, Path]


def _claims(claims: Iterable[_Claim], draft: Draft, kind: str, fix: str) -> None:
    """`claims` are (claimed, claimant, path); two claimants of one thing are a problem."""
    first: dict[str, str] = {}
    for claimed, claimant, path in claims:
        if claimed and first.setdefault(claimed, claimant) != claimant:
            draft.complain(
                draft.line(*path), f"The {kind} `{claimed}` belongs to {first[claimed]} and to {claimant}.", fix
            )


def _slack_ids(catalog: Catalog) -> Iterator[_Claim]:
    for person in catalog.people.values():
        yield person.slack, person.name, ("people", person.name, "slack")
    for team in catalog.teams.values():
        yield team.slack, team.name, ("teams", team.name, "slack")


def _accounts(catalog: Catalog) -> Iterator[_Claim]:
    for person in catalog.people.values():
        for source, login in _pairs(person.accounts):
            yield f"{source}: {login}", person.name, ("people", person.name, "accounts", source)
        if person.email:
            yield f"e-mail: {person.email.casefold()}", person.name, ("people", person.name, "email")


def _aliases(catalog: Catalog) -> Iterator[_Claim]:
    for service in catalog.services.values():
        for source, names in service.aliases.items():
            for alias in names:
                yield f"{source}: {alias}", service.name, ("services", service.name, "aliases", source, alias)


def _pairs(logins: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    return ((source, login) for source, login in logins.items() if login)
