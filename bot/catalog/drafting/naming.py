"""One name for each service: the most trusted that says something, and no two alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import dirname

from bot.catalog.drafting.components import Component, plain_name
from bot.catalog.drafting.names import first_free, one_line, slug
from bot.catalog.drafting.sources import Tree

SAYS_NOTHING = frozenset(
    (
        "api",
        "app",
        "application",
        "backend",
        "client",
        "demo",
        "example",
        "frontend",
        "main",
        "my-app",
        "root",
        "server",
        "service",
        "site",
        "src",
        "starter",
        "template",
        "ui",
        "web",
        "website",
        "worker",
        "workspace",
    )
)
"""Names that many repositories use, or that a generator left behind."""


@dataclass(frozen=True, slots=True)
class Named:
    """`clash` is a sentence, when another service had the name first."""

    name: str
    component: Component
    clash: str = ""


def name_all(services: Sequence[Component], tree: Tree) -> tuple[list[Named], list[Component]]:
    """Services with their names, sorted by them, and those for which no name could be made.

    Of several that want one name, the one whose folder is called so keeps it, or the one whose folder comes first.
    """
    wanted = [(_wanted(each, tree), each) for each in services]
    taken: dict[str, Component] = {}
    named: list[Named] = []
    for name, component in sorted(wanted, key=lambda each: each[0] != slug(tree.called(each[1].folder))):
        if name:
            own, clash = _own(name, component, taken, tree)
            taken[own] = component
            named.append(Named(own, component, clash))
    return sorted(named, key=lambda each: each.name), [component for name, component in wanted if not name]


def _own(wanted: str, component: Component, taken: dict[str, Component], tree: Tree) -> tuple[str, str]:
    if wanted not in taken:
        return wanted, ""
    folder = slug(tree.called(component.folder))
    prefixed = slug(f"{_surroundings(component, tree)}-{wanted}") or wanted
    other = one_line(taken[wanted].folder or tree.name)
    name = folder if folder and folder not in taken else first_free(prefixed, set(taken))
    return name, f"Called {wanted} there; {other} has that name."


def _wanted(component: Component, tree: Tree) -> str:
    """The first name that tells it from others; where none does, among several repositories, with that of its own."""
    names = [*component.names()]
    if not component.described and (folder := slug(tree.called(component.folder))):
        names.append(folder)
    telling = next((name for name in names if name not in SAYS_NOTHING), "")
    if telling:
        return next((name for name in names if name == plain_name(telling)), telling)
    if not names or len(tree.repositories) <= 1:
        return next(iter(names), "")
    return slug(f"{_surroundings(component, tree)}-{names[0]}")


def _surroundings(component: Component, tree: Tree) -> str:
    """The repository around it, or the folder around it where that is the repository itself."""
    repository = tree.repository_of(component.folder)
    if repository is None or repository == component.folder:
        return tree.called(dirname(component.folder))
    return tree.called(repository)
