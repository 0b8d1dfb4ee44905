"""Text to a tree that knows its lines. Nothing is constructed: every scalar stays the text that was typed.

Refused: tags, aliases that multiply, over 1 MB, several documents, control characters, other encodings than UTF-8.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError

from bot.catalog.problems import BadCatalog, Problem

LARGEST_FILE = 1_000_000
"""Bytes. A catalog of 200 environments and 2,000 services takes a quarter of it."""

MOST_VALUES = 100_000
DEEPEST = 40

_TAG = "tag:yaml.org,2002:"
_PLAIN = {_TAG + kind for kind in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge")}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """Lines count from 1. `kind`: `empty` is a null or nothing at all, `merge` the key `<<`."""

    line: int
    text: str
    kind: Literal["text", "empty", "merge"] = "text"


@dataclass(frozen=True, slots=True)
class Items:
    line: int
    parts: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Pairs in the order of the file; a key may stand in it twice."""

    line: int
    pairs: tuple[tuple[Value, Value], ...]


Value = Scalar | Items | Table


def read_document(raw: bytes, file: str) -> Table:
    """The top mapping of the file, or BadCatalog."""
    node = _composed(_decoded(raw, file), file)
    if node is None:
        raise _bad(file, 1, "The file is empty.", "Start with `environments:`; deploy/demo/signalbox.yaml is a sample.")
    top = _Conversion(file).of(node, 0)
    if not isinstance(top, Table):
        raise _bad(file, top.line, "The file is no mapping.", "Its first line should be a key such as `environments:`.")
    return top


def _bad(file: str, line: int, what: str, fix: str) -> BadCatalog:
    return BadCatalog((Problem(file, line, what, fix),))


def _decoded(raw: bytes, file: str) -> str:
    if len(raw) > LARGEST_FILE:
        raise _bad(file, 1, f"The file has {len(raw):,} bytes.", f"At most {LARGEST_FILE:,} are read.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _bad(file, line, "This line is not UTF-8.", "Save the file with the encoding UTF-8.") from error
    if found := _CONTROL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise _bad(file, line, f"This line has the control character U+{ord(found.group()):04X}.", "Delete it.")
    return text


def _composed(text: str, file: str) -> Any:
    yaml: Any = YAML(typ="safe", pure=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ReusedAnchorWarning)
            return yaml.compose(text)
    except MarkedYAMLError as error:
        raise _not_yaml(error, file) from error
    except (YAMLError, ValueError) as error:
        raise _bad(file, 1, f"This is not YAML: {str(error).splitlines()[0]}.", "") from error
    except RecursionError as error:
        raise _bad(file, 1, "The file is nested too deeply.", f"At most {DEEPEST} levels are read.") from error


def _not_yaml(error: Any, file: str) -> BadCatalog:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    return _bad(file, line, f"This is not YAML: {error.problem or error.context}.", _syntax_fix(str(error)))


def _syntax_fix(error: str) -> str:
    if "\\t" in error:
        return "Indent with spaces, not tabs."
    if "single document" in error:
        return "Keep one document: remove the line `---`."
    if "undefined alias" in error:
        return "An alias (*name) needs its anchor (&name) before it."
    return "Look at this line and the one before: indentation, a missing colon or an open quote."


class _Conversion:
    """From ruamel's nodes, each once; what aliases repeat is counted as often as it would be read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.done: dict[int, tuple[Value, int]] = {}
        self.open: set[int] = set()
        self.count = 0

    def of(self, node: Any, depth: int) -> Value:
        known = self.done.get(id(node))
        value, size = known or self._new(node, depth)
        if known:
            self.count += size
        if self.count > MOST_VALUES:
            raise _bad(self.file, value.line, "Aliases repeat too much.", f"At most {MOST_VALUES:,} values are read.")
        return value

    def _new(self, node: Any, depth: int) -> tuple[Value, int]:
        line: int = node.start_mark.line + 1
        if id(node) in self.open:
            raise _bad(self.file, line, "An alias refers to what contains it.", "Write the part out instead.")
        if depth > DEEPEST:
            raise _bad(self.file, line, "The file is nested too deeply.", f"At most {DEEPEST} levels are read.")
        if str(node.tag) not in _PLAIN:
            raise _bad(self.file, line, f"YAML tags such as {str(node.tag)[:40]} are not read.", "Remove the tag.")
        before, self.count = self.count, self.count + 1
        self.open.add(id(node))
        value = self._converted(node, line, depth + 1)
        self.open.discard(id(node))
        self.done[id(node)] = (value, self.count - before)
        return self.done[id(node)]

    def _converted(self, node: Any, line: int, depth: int) -> Value:
        match node.id:
            case "scalar":
                kinds: dict[str, Literal["empty", "merge"]] = {_TAG + "null": "empty", _TAG + "merge": "merge"}
                return Scalar(line, node.value.strip(), kinds.get(str(node.tag), "text"))
            case "sequence":
                return Items(line, tuple(self.of(part, depth) for part in node.value))
            case _:
                return Table(line, tuple((self.of(key, depth), self.of(value, depth)) for key, value in node.value))
