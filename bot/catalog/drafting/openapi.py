"""OpenAPI 3 and Swagger 2 files: where they are and what they call their service. Their paths are not read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.catalog.drafting.sources import SourceFile
from bot.catalog.drafting.texts import json_value, table, text, yaml_value

_VERSION = re.compile(r"(?:2\.0|3\.[0-9]+(?:\.[0-9]+)?)")
_IN_YAML = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?\s*:\s*[\"']?[23]\.", re.MULTILINE)
_IN_JSON = re.compile(r"\"(?:openapi|swagger)\"\s*:\s*\"[23]\.")
_BLOCKS = re.compile(r"^(?=[^\s#-])", re.MULTILINE)
_READ = re.compile(r"[\"']?(?:openapi|swagger|info|x-service(?:-name)?)[\"']?\s*:")


@dataclass(frozen=True, slots=True)
class ApiFile:
    """`service` is its `x-service`, `title` its `info.title`; either may be empty."""

    path: str
    title: str
    service: str


def looks_like_openapi(source: SourceFile) -> bool:
    return bool((_IN_JSON if source.path.endswith(".json") else _IN_YAML).search(source.text))


def read_openapi(source: SourceFile) -> ApiFile | None:
    """None when it is something else. Raises NotUnderstood."""
    document = json_value(source) if source.path.endswith(".json") else _head(source)
    if not _VERSION.fullmatch(text(document, "openapi") or text(document, "swagger")):
        return None
    service = text(document, "x-service") or text(document, "x-service-name") or text(document, "info", "x-service")
    return ApiFile(source.path, text(document, "info", "title"), service)


def _head(source: SourceFile) -> Any:
    """The few top-level keys that matter: a specification of a megabyte takes seconds to parse, this takes none."""
    if source.text.lstrip().startswith("{"):
        return yaml_value(source, source.text)
    found: dict[str, Any] = {}
    starts = [block.start() for block in _BLOCKS.finditer(source.text)]
    for start, end in zip(starts, [*starts[1:], len(source.text)], strict=True):
        if _READ.match(source.text, start):
            found |= table(yaml_value(source, source.text[start:end], source.text.count("\n", 0, start)))
    return found
