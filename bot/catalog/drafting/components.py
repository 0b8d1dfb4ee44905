"""Clues to components: what different files say about one thing comes together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from posixpath import basename, dirname

from bot.catalog.drafting.images import PRODUCTS
from bot.catalog.drafting.names import slug
from bot.catalog.drafting.openapi import ApiFile
from bot.catalog.drafting.sources import Clue, Source, Tree, lies_in, upwards


@dataclass(slots=True)
class Component:
    """Something with a folder of its own, or (`described`) only with files that describe it."""

    folder: str
    clues: list[Clue] = field(default_factory=list[Clue])
    described: bool = False

    def names(self) -> Iterator[str]:
        """What it may be called, the most trusted first: files, the folder of its code, and last an API's title."""
        shared = (Source.COMPOSE,) if len(self.roles()) > 1 else ()
        late = (*shared, Source.API_TITLE)
        ordered = sorted(self.clues, key=lambda each: (each.source, each.file))
        said = [slug(clue.name) for clue in ordered if clue.source not in late]
        folder = "" if self.described else slug(basename(self.folder))
        yield from filter(None, (*said, folder, *(slug(clue.name) for clue in ordered if clue.source in late)))

    def roles(self) -> list[str]:
        """What Compose calls it; several when one build runs as several things (`api`, `worker`)."""
        return sorted({clue.name for clue in self.clues if clue.source is Source.COMPOSE and clue.placed})


def group(clues: Iterable[Clue], tree: Tree) -> list[Component]:
    """One component for each folder with code, and for each thing that is only described. In the order of folders."""
    ordered = sorted(clues, key=lambda each: (each.folder, each.source, each.file, each.name))
    placed: dict[str, Component] = {}
    for clue in (each for each in ordered if each.placed):
        placed.setdefault(clue.folder, Component(clue.folder)).clues.append(clue)
    described = _Descriptions(tree, placed)
    for clue in (each for each in _without_inner_charts(ordered) if not each.placed):
        described.take(clue)
    return sorted([*placed.values(), *described.settled()], key=lambda each: (each.folder, *each.names()))


def _without_inner_charts(clues: list[Clue]) -> Iterator[Clue]:
    charts = {clue.folder for clue in clues if clue.source is Source.CHART}
    for clue in clues:
        inner = clue.source is Source.CHART and dirname(dirname(clue.folder)) in charts - {clue.folder}
        yield replace(clue, stays_out=clue.stays_out or "a Helm chart inside another one") if inner else clue


def add_apis(components: Iterable[Component], files: Iterable[ApiFile]) -> None:
    """An API file inside the folder of a component says what it is called, too."""
    by_folder = {each.folder: each for each in components if not each.described}
    for file in files:
        if home := next((by_folder[each] for each in upwards(dirname(file.path)) if each in by_folder), None):
            source = Source.API_SERVICE if file.service else Source.API_TITLE
            home.clues.append(Clue(file.path, home.folder, source, name=file.service or file.title))


class _Descriptions:
    """Charts, workloads and the like: each finds the code it describes by name, or by where it lies."""

    def __init__(self, tree: Tree, placed: dict[str, Component]) -> None:
        self._tree, self._placed = tree, placed
        self._pending: dict[str, list[Clue]] = {}
        self._named: dict[str, list[Component]] = defaultdict(list)
        self._nearly: dict[str, list[Component]] = defaultdict(list)
        for component in placed.values():
            for name in dict.fromkeys((*component.names(), slug(tree.called(component.folder)))):
                self._named[name].append(component)
                self._nearly[plain_name(name)].append(component)

    def take(self, clue: Clue) -> None:
        name = slug(clue.name)
        if not name:
            return
        home = self._of_that_name(name, clue) or self._of_that_name(slug(clue.image), clue)
        if home is not None:
            home.clues.append(_confirmed(clue))
        else:
            self._pending.setdefault(name, []).append(clue)

    def _of_that_name(self, name: str, clue: Clue) -> Component | None:
        """In the same repository, if there is one; otherwise the only one, or the first that runs."""
        found = self._named.get(name) or self._nearly.get(plain_name(name), [])
        here = self._tree.repository_of(clue.folder)
        near = [each for each in found if self._tree.repository_of(each.folder) == here]
        running = [each for each in found if any(clue.runs for clue in each.clues)]
        return next(iter(near or running or found), None)

    def settled(self) -> list[Component]:
        """What found no code by name belongs to the folder around it, if nothing else claims that; or stands alone."""
        around: dict[str, list[str]] = defaultdict(list)
        for name, clues in self._pending.items():
            if any(clue.stays_out or clue.gathers for clue in clues) or name in PRODUCTS:
                continue
            if (home := self._around(clues[0])) is not None:
                around[home].append(name)
        alone: list[Component] = []
        adopted = {names[0]: home for home, names in around.items() if len(names) == 1}
        for name, clues in self._pending.items():
            if name in adopted and not _is_described(self._placed[adopted[name]], clues):
                self._placed[adopted[name]].clues.extend(clues)
            else:
                alone.append(Component(clues[0].folder, clues, described=True))
        return alone

    def _around(self, clue: Clue) -> str | None:
        here = self._tree.repository_of(clue.folder)
        for folder in upwards(clue.folder):
            component = self._placed.get(folder)
            if component and self._tree.repository_of(folder) == here:
                return None if any(each.gathers for each in component.clues) else folder
        return None


def plain_name(name: str) -> str:
    """Clusters call `inventory` also `inventory-service`, or the other way round."""
    return re.sub(r"[-.](?:app|deploy|deployment|service|svc)$", "", name)


def _is_described(component: Component, clues: list[Clue]) -> bool:
    """Whether another chart (or workload, ...) of `component` is known already."""
    return not {clue.source for clue in clues}.isdisjoint(clue.source for clue in component.clues)


def _confirmed(clue: Clue) -> Clue:
    """An image from a public registry is one's own after all when its code is here."""
    is_ours = clue.source is Source.COMPOSE and clue.stays_out and slug(clue.name) not in PRODUCTS
    return replace(clue, stays_out="", runs=f"a service of {clue.file}") if is_ours else clue


def enclosing(component: Component, others: Iterable[Component]) -> Iterator[Component]:
    """The components whose folders are around this one's, the innermost first."""
    around = [each for each in others if each.folder != component.folder and lies_in(component.folder, each.folder)]
    return iter(sorted((each for each in around if not each.described), key=lambda each: -len(each.folder)))
