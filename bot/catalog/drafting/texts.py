"""YAML, JSON, TOML and XML to plain values, or a Misread with its place. Nothing is constructed, nothing expands."""

from __future__ import annotations

import json
import re
import tomllib
import warnings
from collections.abc import Callable, Iterator
from typing import Any, cast
from xml.etree import ElementTree as ET

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

from bot.catalog.drafting.names import one_line
from bot.catalog.drafting.sources import Misread, SourceFile

MOST_VALUES = 50_000
"""Of one document, each counted as often as aliases repeat it. A compose file of 300 services has a fifth of it."""

DEEPEST = 40

_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"
_ANY = re.compile("")
_PARTS = re.compile(r"^---(?:[ \t].*)?$", re.MULTILINE)
_DIRECTIVE = re.compile(r"^%.*$", re.MULTILINE)
_DOCTYPE = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_PLACE_IN_TOML = re.compile(r"\(at line (\d+), column (\d+)\)")


class NotUnderstood(ValueError):
    """Carries the Misread to whoever asked for the text."""

    def __init__(self, misread: Misread) -> None:
        super().__init__(str(misread))
        self.misread = misread


def yaml_documents(source: SourceFile, only: re.Pattern[str] = _ANY) -> Iterator[Any]:
    """Each document in which `only` is found, as mappings, lists and texts; every scalar stays as it was typed.

    Raises NotUnderstood.
    """
    starts = [0, *(found.end() for found in _PARTS.finditer(source.text))]
    ends = [*(found.start() for found in _PARTS.finditer(source.text)), len(source.text)]
    for start, end in zip(starts, ends, strict=True):
        if only.search(source.text, start, end):
            yield yaml_value(source, source.text[start:end], source.text.count("\n", 0, start))


def yaml_value(source: SourceFile, text: str, lines_before: int = 0) -> Any:
    """One document; `lines_before` stand before `text` in the file. Raises NotUnderstood."""
    yaml: Any = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            node: Any = yaml.compose(_DIRECTIVE.sub("", text))
        return None if node is None else _Plain().of(node, 0)
    except MarkedYAMLError as error:
        raise NotUnderstood(_misread(source.path, error, lines_before)) from error
    except (YAMLError, ValueError) as error:
        what = f"This is no YAML: {one_line(str(error).splitlines()[0] if str(error) else 'unreadable')}."
        raise NotUnderstood(Misread(source.path, what, lines_before + 1)) from error
    except RecursionError as error:
        raise NotUnderstood(Misread(source.path, "It is nested too deeply.")) from error


def _misread(file: str, error: Any, lines_before: int) -> Misread:
    mark = error.problem_mark or error.context_mark
    what = f"This is no YAML: {one_line(error.problem or error.context or 'unreadable')}."
    return Misread(file, what, mark.line + 1 + lines_before, mark.column + 1) if mark else Misread(file, what)


class _Plain:
    """From ruamel's nodes to plain values, within limits: what aliases repeat is counted each time."""

    def __init__(self) -> None:
        self.count = 0

    def of(self, node: Any, depth: int) -> Any:
        self.count += 1
        if self.count > MOST_VALUES:
            raise ValueError(f"it has more than {MOST_VALUES:,} values")
        if depth > DEEPEST:
            raise ValueError(f"it has more than {DEEPEST} levels")
        match node.id:
            case "scalar":
                return None if str(node.tag) == _NULL else str(node.value)
            case "sequence":
                return [self.of(part, depth + 1) for part in node.value]
            case _:
                return self._table(node, depth + 1)

    def _table(self, node: Any, depth: int) -> dict[str, Any]:
        """`<<` merges what its alias means below the mapping's own keys."""
        own: dict[str, Any] = {}
        merged: dict[str, Any] = {}
        for key, value in node.value:
            plain = self.of(value, depth)
            if str(key.tag) == _MERGE:
                bases = cast("list[Any]", plain) if isinstance(plain, list) else [plain]
                merged = {name: each for base in reversed(bases) for name, each in table(base).items()} | merged
            else:
                own[self._key(key)] = plain
        return merged | own

    def _key(self, node: Any) -> str:
        return str(node.value) if node.id == "scalar" else ""


def json_value(source: SourceFile) -> Any:
    """Raises NotUnderstood."""
    return _parsed(source, "JSON", lambda: json.loads(source.text.lstrip("\ufeff")))


def toml_value(source: SourceFile) -> Any:
    """Raises NotUnderstood."""
    return _parsed(source, "TOML", lambda: tomllib.loads(source.text))


def _parsed(source: SourceFile, kind: str, parse: Callable[[], Any]) -> Any:
    try:
        return parse()
    except json.JSONDecodeError as error:
        misread = Misread(source.path, f"This is no {kind}: {one_line(error.msg)}.", error.lineno, error.colno)
        raise NotUnderstood(misread) from error
    except ValueError as error:
        found = _PLACE_IN_TOML.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (0, 0)
        what = one_line(_PLACE_IN_TOML.sub("", str(error)))
        raise NotUnderstood(Misread(source.path, f"This is no {kind}: {what}.", line, column)) from error
    except RecursionError as error:
        raise NotUnderstood(Misread(source.path, "It is nested too deeply.")) from error


def xml_value(source: SourceFile) -> ET.Element:
    """The root element. A document type is refused, since entities multiply. Raises NotUnderstood."""
    if found := _DOCTYPE.search(source.text):
        line = source.text.count("\n", 0, found.start()) + 1
        raise NotUnderstood(Misread(source.path, "It has a document type, and such XML is not read.", line))
    try:
        return ET.fromstring(source.text.lstrip("\ufeff"))  # noqa: S314 - no DOCTYPE, hence no entity to expand
    except ET.ParseError as error:
        line, column = error.position
        what = f"This is no XML: {one_line(str(error).partition(':')[0])}."
        raise NotUnderstood(Misread(source.path, what, line, column + 1)) from error
    except (ValueError, LookupError) as error:
        raise NotUnderstood(Misread(source.path, f"This is no XML: {one_line(str(error))}.")) from error


def table(value: Any, *path: str) -> dict[str, Any]:
    """The mapping at `path` inside `value`; an empty one when there is none."""
    found = _at(value, path)
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def items(value: Any, *path: str) -> list[Any]:
    """The list at `path` inside `value`; an empty one when there is none."""
    found = _at(value, path)
    return cast("list[Any]", found) if isinstance(found, list) else []


def text(value: Any, *path: str) -> str:
    """The text at `path` inside `value`; an empty one when there is none."""
    found = _at(value, path)
    return found if isinstance(found, str) else ""


def texts(value: Any, *path: str) -> tuple[str, ...]:
    """The texts in the list at `path`, or the one text there."""
    found = _at(value, path)
    parts: list[Any] = cast("list[Any]", found) if isinstance(found, list) else [found]
    return tuple(part for part in parts if isinstance(part, str))


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
    return value
