"""Docker Compose: services, what they are built from, and what they wait for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from typing import Any

from bot.catalog.drafting.images import Image, from_elsewhere, image_of
from bot.catalog.drafting.sources import Clue, Source, SourceFile, without_packaging
from bot.catalog.drafting.texts import table, text, texts, yaml_documents


def read_compose(source: SourceFile) -> Iterator[Clue]:
    """One clue for each service of the file. Raises NotUnderstood."""
    for document in yaml_documents(source):
        services = table(document, "services")
        own = _recurring(services)
        for name, service in services.items():
            yield _clue(source, name, service, own)


def _clue(source: SourceFile, name: str, service: Any, own: frozenset[str]) -> Clue:
    built, image = _built_in(source, service), image_of(text(service, "image"))
    elsewhere = "" if _is_built(service) else from_elsewhere(image, own)
    return Clue(
        file=source.path,
        image=image.base if image else "",
        folder=dirname(source.path) if built is None else built,
        source=Source.COMPOSE,
        name=name,
        placed=built is not None,
        runs="" if elsewhere else f"a service of {source.path}",
        stays_out=elsewhere,
        depends_on=_needed(service),
        context=source.path,
        profiles=texts(service, "profiles"),
    )


def _built_in(source: SourceFile, service: Any) -> str | None:
    """The folder of its Dockerfile; None when it is not built here, or outside of what was read."""
    build = table(service, "build")
    context = text(service, "build") or text(build, "context") or ("." if build else "")
    dockerfile = text(build, "dockerfile")
    if not context or "$" in context + dockerfile or ":" in context or context.startswith(("/", "~")):
        return None
    folder = join(context, dirname(dockerfile))
    found = normpath(join(dirname(source.path), folder))
    return None if found.startswith("..") else without_packaging("" if found == "." else found)


def _is_built(service: Any) -> bool:
    return bool(text(service, "build") or table(service, "build"))


def _needed(service: Any) -> tuple[str, ...]:
    return texts(service, "depends_on") or tuple(table(service, "depends_on"))


def _recurring(services: dict[str, Any]) -> frozenset[str]:
    """Namespaces that several images of the file share: those are its own (`shopdemo/cart`, `shopdemo/web`)."""
    images = {image_of(text(service, "image")) for service in services.values()}
    counted = Counter(image.namespace for image in images if isinstance(image, Image) and image.namespace)
    return frozenset(namespace for namespace, count in counted.items() if count > 1)
