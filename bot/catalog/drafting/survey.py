"""A folder of repositories to an outline of a catalog. The same folder gives the same outline."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import relpath

from bot.catalog.drafting import kinds
from bot.catalog.drafting.components import Component, add_apis, group
from bot.catalog.drafting.names import one_line, slug
from bot.catalog.drafting.naming import Named, name_all
from bot.catalog.drafting.outline import DraftedEnvironment, DraftedService, DraftedTeam, Outline
from bot.catalog.drafting.places import Places, find_places
from bot.catalog.drafting.relations import Apis, Ownership, dependencies, ownership, place_apis
from bot.catalog.drafting.sources import Source, Tree
from bot.catalog.drafting.verdicts import why_no_service
from bot.errors import UsageError

MOST_SERVICES = 1_000
"""More than that, in six environments, would pass what the catalog reads (document.LARGEST_FILE)."""


def survey(tree: Tree) -> Outline:
    """Environments carry no channel yet. Raises UsageError when there are too many services to be one company's."""
    reading = kinds.read(tree)
    everything = group(reading.clues, tree)
    add_apis(everything, reading.api_files)
    reasons = [(each, why_no_service(each, everything, tree)) for each in everything]
    named, nameless = name_all([each for each, why in reasons if not why], tree)
    if len(named) > MOST_SERVICES:
        raise UsageError(f"{len(named):,} services were found, more than {MOST_SERVICES:,}. Name a folder further in.")
    apis = place_apis(reading.api_files, named)
    owned = {each.name: ownership(each.component, reading.owners, tree) for each in named}
    places = find_places(tree, reading.clues)
    return Outline(
        origin=_origin(tree),
        environments=_environments(places),
        services=_services(named, owned, apis, tree),
        teams=_teams(owned),
        aside=tuple(places.aside),
        left_out=(*_left_out(reasons, tree), *((_title(each, tree), "no name can be made of it") for each in nameless)),
        misread=(*reading.misread, *tree.unread),
        api_files=len(reading.api_files),
        api_unplaced=tuple(apis.unplaced),
    )


def _origin(tree: Tree) -> str:
    count = len(tree.repositories)
    said = "no git repository" if not count else "1 git repository" if count == 1 else f"{count} git repositories"
    return f"the folder {one_line(tree.name)} ({said}, {len(tree.files):,} files looked at)"


def _environments(places: Places) -> tuple[DraftedEnvironment, ...]:
    return tuple(DraftedEnvironment(name, because=files) for name, files in sorted(places.proposed.items()))


def _services(
    named: Sequence[Named], owned: dict[str, Ownership], apis: Apis, tree: Tree
) -> tuple[DraftedService, ...]:
    needs, dropped = dependencies(named)
    clusters = _cluster_names(named)
    return tuple(
        DraftedService(
            name=each.name,
            description=_description(each.component),
            repository=_repository(each.component, tree),
            openapi=_api(each, apis, tree),
            owners=owned[each.name].teams,
            depends_on=needs[each.name],
            kubernetes=clusters.get(each.name, ()),
            because=_files(each.component),
            notes=_notes(each, owned[each.name], apis, dropped.get(each.name, ())),
        )
        for each in named
    )


def _repository(component: Component, tree: Tree) -> str:
    """Where its code is; files that merely describe it lie with those of others."""
    around = None if component.described else tree.repository_of(component.folder)
    return "" if around is None else tree.repositories[around]


def _description(component: Component) -> str:
    ordered = sorted(component.clues, key=lambda each: (each.source, each.file))
    return next((said for clue in ordered if (said := one_line(clue.description))), "")


def _api(service: Named, apis: Apis, tree: Tree) -> str:
    """The path inside the service's repository, or inside what was read where there is none."""
    repository = tree.repository_of(service.component.folder)
    ours = [path for path in apis.of.get(service.name, []) if tree.repository_of(path) == repository]
    return one_line(relpath(ours[0], repository or "."), most=300) if ours else ""


def _cluster_names(named: Sequence[Named]) -> dict[str, tuple[str, ...]]:
    """Names of workloads that differ from the service's; one that two services claim belongs to neither."""
    claims: dict[str, set[str]] = {}
    for each in named:
        for clue in each.component.clues:
            name = slug(clue.name)
            if clue.source is Source.DEPLOYMENT and name and name != each.name:
                claims.setdefault(name, set()).add(each.name)
    found: dict[str, tuple[str, ...]] = {}
    for name, services in sorted(claims.items()):
        if len(services) == 1:
            (service,) = services
            found[service] = (*found.get(service, ()), name)
    return found


def _files(component: Component) -> tuple[str, ...]:
    """What shows that it runs, first; then what else is known from."""
    ordered = sorted(component.clues, key=lambda each: (not each.runs, each.source, each.file))
    return tuple(dict.fromkeys(one_line(clue.file) for clue in ordered))


def _notes(service: Named, owner: Ownership, apis: Apis, dropped: tuple[str, ...]) -> tuple[str, ...]:
    notes = [service.clash] if service.clash else []
    if len(roles := service.component.roles()) > 1:
        notes.append(f"Compose runs it as {one_line(', '.join(roles))}.")
    if service.component.described:
        notes.append("Its code was not found here.")
    if owner.people and not owner.teams:
        people = one_line(", ".join(owner.people))
        notes.append(f"{one_line(owner.file)} names {people}: add them to `people` to make them owners.")
    if dropped:
        notes.append(f"It also waits for {', '.join(dropped)}, which would make a circle.")
    if more := apis.of.get(service.name, [])[1:]:
        notes.append(f"More API files: {one_line(', '.join(more))}.")
    return tuple(notes)


def _teams(owned: dict[str, Ownership]) -> tuple[DraftedTeam, ...]:
    files: dict[str, list[str]] = {}
    for owner in owned.values():
        for team in owner.teams:
            files.setdefault(team, []).append(one_line(owner.file))
    return tuple(DraftedTeam(name, tuple(sorted(set(said)))) for name, said in sorted(files.items()))


def _left_out(reasons: Sequence[tuple[Component, str]], tree: Tree) -> list[tuple[str, str]]:
    return [(_title(component, tree), one_line(why, most=240)) for component, why in reasons if why]


def _title(component: Component, tree: Tree) -> str:
    """Its folder; what is only described has its name and the file."""
    if not component.described:
        return one_line(component.folder or tree.name)
    name = next(component.names(), "") or component.clues[0].name
    return one_line(f"{name} ({component.clues[0].file})")
