"""Which components are services: something shows that they are deployed, and nothing speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from posixpath import basename

from bot.catalog.drafting.components import Component, enclosing
from bot.catalog.drafting.images import PRODUCTS
from bot.catalog.drafting.sources import Clue, Source, Tree, lies_in

STORES = frozenset((*PRODUCTS, "database", "databases", "db"))


def why_no_service(component: Component, everything: Sequence[Component], tree: Tree) -> str:
    """Why it is left out, or `""` when it is a service."""
    return (
        _denied(component)
        or _holds_others(component, everything)
        or _never_runs(component)
        or _is_a_store(component)
        or _deploys_others(component, everything, tree)
        or _is_part_of_another(component, everything, tree)
    )


def strong(component: Component) -> list[Clue]:
    """What shows by itself that it is deployed."""
    return [clue for clue in component.clues if clue.runs and not clue.weak and not clue.stays_out]


def _denied(component: Component) -> str:
    """Backstage knows; a library chart says something of itself alone, not of code beside it."""
    believed = (Source.BACKSTAGE, Source.CHART) if component.described else (Source.BACKSTAGE,)
    return next((clue.stays_out for clue in component.clues if clue.stays_out and clue.source in believed), "")


def _holds_others(component: Component, everything: Sequence[Component]) -> str:
    gathers = next((clue.gathers for clue in component.clues if clue.gathers), "")
    if not gathers:
        return ""
    below = (each for each in everything if each is not component and lies_in(each.folder, component.folder))
    return gathers if component.described or not strong(component) or any(strong(each) for each in below) else ""


def _is_a_store(component: Component) -> str:
    named = not STORES.isdisjoint(component.names())
    return "by its name a store or a tool, not a service" if named and not _by_backstage(component) else ""


def _by_backstage(component: Component) -> bool:
    return any(clue.source is Source.BACKSTAGE for clue in component.clues)


def _never_runs(component: Component) -> str:
    if any(clue.runs and not clue.stays_out for clue in component.clues):
        return ""
    said = next((clue.stays_out for clue in component.clues if clue.stays_out), "")
    files = ", ".join(sorted({basename(clue.file) for clue in component.clues}))
    return said or f"{files}, but nothing that deploys it: no Dockerfile, Compose service, chart or workload"


def _deploys_others(component: Component, everything: Sequence[Component], tree: Tree) -> str:
    """A chart that is called like no code in a repository of several services deploys them all."""
    if not component.described or any(clue.source is not Source.CHART for clue in component.clues):
        return ""
    here = tree.repository_of(component.folder)
    beside = [each for each in everything if not each.described and tree.repository_of(each.folder) == here]
    return "a Helm chart of several services" if sum(bool(strong(each)) for each in beside) > 1 else ""


def _is_part_of_another(component: Component, everything: Sequence[Component], tree: Tree) -> str:
    """A start script inside the folder of a service belongs to that service, as its web page does."""
    if component.described or strong(component):
        return ""
    here = tree.repository_of(component.folder)
    for each in enclosing(component, everything):
        gathers = any(clue.gathers for clue in each.clues)
        if strong(each) and not gathers and tree.repository_of(each.folder) == here:
            return f"it lies inside {tree.called(each.folder)}, which is deployed as a whole"
    return ""
