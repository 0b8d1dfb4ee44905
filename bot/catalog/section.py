"""One mapping of the file while it is read. A key that nobody asks for is unknown; no problem stops the reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from bot.catalog.document import Items, Scalar, Table, Value
from bot.catalog.problems import Problem
from bot.similar import did_you_mean, nearest

T = TypeVar("T")
Path = tuple[str, ...]


class Draft:
    """What is known of a file while it is read: its problems, and the line on which each key and list item stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[Path, int] = {}

    def complain(self, line: int, what: str, fix: str = "") -> None:
        self.problems.append(Problem(self.file, line, what, fix))

    def line(self, *path: str) -> int:
        """Where `path` stands, or the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


class Section:
    def __init__(self, draft: Draft, path: Path, node: Value | None) -> None:
        self.draft = draft
        self.path = path
        self.asked: list[str] = []
        self.entries: dict[str, Value] = {}
        if isinstance(node, Table):
            self.entries = self._merged(node)
        elif node is not None and not _is_empty(node):
            draft.complain(
                node.line,
                f"{self.title} must be a mapping of keys and values.",
                "Write `key: value` lines below it.",
            )

    @property
    def title(self) -> str:
        return f"`{'.'.join(self.path)}`" if self.path else "The file"

    def has(self, key: str) -> bool:
        return key in self.entries

    def text(self, key: str, default: str = "") -> str:
        return self.read(key, str, default)

    def read(self, key: str, convert: Callable[[str], T], default: T) -> T:
        """The value of `key`, converted; `default` when it is missing or wrong (and then said)."""
        self.asked.append(key)
        node = self.entries.get(key)
        scalar = None if node is None else self._scalar(key, node)
        if node is None or scalar is None:
            return default
        try:
            return convert(scalar)
        except ValueError as error:
            self.draft.complain(node.line, f"`{_cut(scalar)}` cannot be the {_words(key)} of {self.title}.", str(error))
            return default

    def required(self, key: str, convert: Callable[[str], T], default: T) -> T:
        if key not in self.entries:
            self.asked.append(key)
            self.draft.complain(
                self.draft.line(*self.path), f"{self.title} has no `{key}`.", f"Add a line `{key}: ...` below it."
            )
            return default
        return self.read(key, convert, default)

    def items(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one. An item that stands twice is said."""
        self.asked.append(key)
        node = self.entries.get(key)
        if node is None or _is_empty(node):
            return ()
        parts = node.parts if isinstance(node, Items) else [node]
        found: dict[str, None] = {}
        for part in parts:
            if (text := self._scalar(key, part)) is None:
                continue
            if text in found:
                self.draft.complain(
                    part.line, f"`{_cut(text)}` stands twice in the {_words(key)} of {self.title}.", "Remove one."
                )
            found[text] = None
            self.draft.lines[(*self.path, key, text)] = part.line
        return tuple(found)

    def section(self, key: str) -> Section:
        """The mapping below `key`; an empty one when it is missing."""
        self.asked.append(key)
        return Section(self.draft, (*self.path, key), self.entries.get(key))

    def sections(self, key: str) -> Iterator[tuple[str, Section]]:
        """Each named mapping below `key`."""
        inner = self.section(key)
        for name in inner.entries:
            yield name, inner.section(name)

    def listed(self, key: str) -> Iterator[Section]:
        """Each mapping of the list below `key`."""
        self.asked.append(key)
        node = self.entries.get(key)
        if node is None or _is_empty(node):
            return
        if not isinstance(node, Items):
            self.draft.complain(
                node.line, f"`{key}` of {self.title} must be a list.", "Start each entry with a hyphen."
            )
            return
        for number, part in enumerate(node.parts, start=1):
            path = (*self.path, key, str(number))
            self.draft.lines[path] = part.line
            yield Section(self.draft, path, part)

    def finish(self) -> None:
        """Say which keys nobody asked for."""
        for key in self.entries:
            if key not in self.asked:
                near = did_you_mean(nearest(key, self.asked))
                fix = near.strip() or f"Known are {', '.join(dict.fromkeys(self.asked))}."
                self.draft.complain(
                    self.draft.line(*self.path, key), f"{self.title} has an unknown key `{_cut(key)}`.", fix
                )

    def _scalar(self, key: str, node: Value) -> str | None:
        if not isinstance(node, Scalar):
            self.draft.complain(
                node.line, f"The {_words(key)} of {self.title} must be one value.", f"Write `{key}: value`."
            )
            return None
        if _is_empty(node):
            fix = 'Give it a value or remove the line; a value that starts with # needs quotes, as in "#integration".'
            self.draft.complain(node.line, f"The {_words(key)} of {self.title} is empty.", fix)
            return None
        return node.text

    def _merged(self, node: Table) -> dict[str, Value]:
        own: dict[str, Value] = {}
        merged: dict[str, Value] = {}
        for key, value in node.pairs:
            if isinstance(key, Scalar) and key.kind == "merge":
                merged = self._bases(value) | merged
            elif isinstance(key, Scalar):
                self._add(own, key.text, key.line, value)
            else:
                self.draft.complain(key.line, f"A key of {self.title} is no plain text.", "Write `key: value`.")
        return merged | own

    def _add(self, entries: dict[str, Value], key: str, line: int, value: Value) -> None:
        path = (*self.path, key)
        if key in entries:
            first = self.draft.line(*path)
            self.draft.complain(
                line, f"{self.title} has `{_cut(key)}` twice, first on line {first}.", "Merge the two or rename one."
            )
            return
        entries[key] = value
        self.draft.lines[path] = line

    def _bases(self, node: Value) -> dict[str, Value]:
        bases = node.parts if isinstance(node, Items) else [node]
        found: dict[str, Value] = {}
        for base in bases:
            if isinstance(base, Table):
                found = self._merged(base) | found
            else:
                self.draft.complain(base.line, "`<<` takes an alias of a mapping.", "Write `<<: *name`.")
        return found


def _is_empty(node: Value) -> bool:
    return isinstance(node, Scalar) and node.kind == "empty"


def _words(key: str) -> str:
    return key.replace("_", " ")


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
