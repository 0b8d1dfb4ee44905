"""Backstage's catalog-info.yaml: descriptor format of backstage.io/docs/features/software-catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname
from typing import Any

from bot.catalog.drafting.sources import Clue, Source, SourceFile
from bot.catalog.drafting.texts import text, texts, yaml_documents

NEVER_DEPLOYED = frozenset(("documentation", "library", "package", "sdk", "template", "tool"))

_COMPONENT = re.compile(r"^kind:\s*[\"']?Component\b", re.MULTILINE | re.IGNORECASE)
_REFERENCE = re.compile(r"(?:(?P<kind>[a-z]+):)?(?:[^/:]+/)?(?P<name>[^/:]+)", re.IGNORECASE)


def read_backstage(source: SourceFile) -> Iterator[Clue]:
    """One clue for each component of the file. Raises NotUnderstood."""
    documents = [each for each in yaml_documents(source, only=_COMPONENT) if text(each, "metadata", "name")]
    components = [each for each in documents if text(each, "kind").casefold() == "component"]
    for component in components:
        yield _clue(source, component, alone=len(components) == 1)


def _clue(source: SourceFile, component: Any, *, alone: bool) -> Clue:
    kind = text(component, "spec", "type") or "service"
    owner = text(component, "spec", "owner")
    is_person = owner.casefold().startswith("user:")
    return Clue(
        file=source.path,
        folder=dirname(source.path),
        source=Source.BACKSTAGE,
        name=text(component, "metadata", "name"),
        placed=alone,
        runs=f"spec.type: {kind}",
        stays_out=f"Backstage calls it a {kind}" if kind.casefold() in NEVER_DEPLOYED else "",
        owners=() if is_person or not owner else (_named(owner),),
        people=(_named(owner),) if is_person else (),
        depends_on=tuple(_named(each) for each in texts(component, "spec", "dependsOn") if _is_component(each)),
        description=text(component, "metadata", "description"),
    )


def _is_component(reference: str) -> bool:
    found = _REFERENCE.fullmatch(reference)
    return bool(found) and (found["kind"] or "component").casefold() == "component"


def _named(reference: str) -> str:
    """`group:default/checkout` is `checkout`."""
    found = _REFERENCE.fullmatch(reference)
    return found["name"] if found else ""
