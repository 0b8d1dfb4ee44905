"""What services have to do with others: their owners, what they need, and which API file describes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter

from bot.catalog.drafting.components import Component
from bot.catalog.drafting.names import slug
from bot.catalog.drafting.naming import Named
from bot.catalog.drafting.openapi import ApiFile
from bot.catalog.drafting.owners import owners_of, root_of
from bot.catalog.drafting.sources import SourceFile, Tree, lies_in


@dataclass(frozen=True, slots=True)
class Ownership:
    """teams: names, each with the file that says so. people: as written, for a comment; a person needs a Slack id."""

    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    file: str = ""


def ownership(component: Component, codeowners: Sequence[SourceFile], tree: Tree) -> Ownership:
    """Backstage is believed first, then the nearest CODEOWNERS, then the maintainers of a package."""
    said = [
        Ownership(_slugs(clue.owners), clue.people, clue.file)
        for clue in sorted(component.clues, key=lambda each: (each.source, each.file))
        if clue.owners or clue.people
    ]
    backstage = [each for each in said if each.file.endswith(("catalog-info.yaml", "catalog-info.yml"))]
    found = [*backstage, *_by_rules(component, codeowners, tree), *said]
    return next((each for each in found if each.teams), None) or next(iter(found), Ownership())


def _by_rules(component: Component, codeowners: Sequence[SourceFile], tree: Tree) -> Iterable[Ownership]:
    here = tree.repository_of(component.folder)
    near = [each for each in codeowners if tree.repository_of(root_of(each.path)) == here]
    for source in sorted(near, key=lambda each: (-len(root_of(each.path)), each.path)):
        if (found := owners_of(source, component.folder)) is not None:
            yield Ownership(_slugs(found.teams), found.people, found.file)


def _slugs(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for each in names if (name := slug(each))))


def dependencies(named: Sequence[Named]) -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]:
    """What each service needs, by name, and what had to be dropped because it would close a circle."""
    known = _Known(named)
    needs: dict[str, dict[str, None]] = {each.name: {} for each in named}
    dropped: dict[str, tuple[str, ...]] = {}
    for each in named:
        for other in known.needed_by(each):
            needs[each.name][other] = None
            if other == each.name or _is_circular(needs):
                del needs[each.name][other]
                dropped[each.name] = (*dropped.get(each.name, ()), *([other] if other != each.name else []))
    return {name: tuple(sorted(others)) for name, others in needs.items()}, dropped


def _is_circular(needs: Mapping[str, Iterable[str]]) -> bool:
    try:
        TopologicalSorter(needs).prepare()
    except CycleError:
        return True
    return False


class _Known:
    """Services by every name that somebody uses for them: in one compose file, and anywhere."""

    def __init__(self, named: Sequence[Named]) -> None:
        self._here: dict[tuple[str, str], str] = {}
        self._anywhere: dict[str, str] = {}
        for each in named:
            self._anywhere[each.name] = each.name
            for clue in each.component.clues:
                if clue.context:
                    self._here[clue.context, clue.name] = each.name
        for each in named:
            for name in each.component.names():
                self._anywhere.setdefault(name, each.name)

    def needed_by(self, service: Named) -> list[str]:
        """Each once, sorted."""
        found: set[str] = set()
        for clue in service.component.clues:
            for name in clue.depends_on:
                other = self._here.get((clue.context, name)) if clue.context else self._anywhere.get(slug(name))
                if other is not None:
                    found.add(other)
        return sorted(found)


@dataclass
class Apis:
    """`of` gives each service its API files, the most fitting first; `unplaced` belong to none."""

    of: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    unplaced: list[str] = field(default_factory=list[str])


def place_apis(files: Iterable[ApiFile], named: Sequence[Named]) -> Apis:
    """By `x-service`, by the folder around the file, or by title, in this order."""
    apis = Apis()
    for file in sorted(files, key=lambda each: (each.path.count("/"), each.path)):
        if service := _named_by(file.service, named) or _around(file.path, named) or _titled(file.title, named):
            apis.of.setdefault(service, []).append(file.path)
        else:
            apis.unplaced.append(file.path)
    return apis


def _named_by(name: str, named: Sequence[Named]) -> str:
    wanted = slug(name)
    return next((each.name for each in named if wanted and wanted in {each.name, *each.component.names()}), "")


def _titled(title: str, named: Sequence[Named]) -> str:
    wanted = slug(title)
    short = wanted.removesuffix("-api").removesuffix("-service")
    return _named_by(wanted, named) or _named_by(short, named)


def _around(path: str, named: Sequence[Named]) -> str:
    """The service with the innermost folder around `path`."""
    around = [each for each in named if not each.component.described and lies_in(path, each.component.folder)]
    return max(around, key=lambda each: len(each.component.folder)).name if around else ""
