"""The edge: a folder on disk to a Tree. Bounded, in the order of names, and never outside of the folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

from bot.catalog.drafting.kinds import is_sign, is_wanted
from bot.catalog.drafting.names import one_line
from bot.catalog.drafting.sources import Misread, SourceFile, Tree
from bot.errors import UsageError

DEEPEST = 10
LARGEST_FILE = 1_000_000
"""Bytes. Larger ones are data, or generated."""

MOST_ENTRIES = 200_000
MOST_FILES = 20_000
"""Made up for a measurement, forty repositories of 120 services had 46,000 entries and 800 files worth a look."""

PASSED_OVER = frozenset(
    (
        ".cache",
        ".devcontainer",
        ".git",
        ".gradle",
        ".idea",
        ".next",
        ".terraform",
        ".tox",
        ".venv",
        "__pycache__",
        "bower_components",
        "dist",
        "node_modules",
        "out",
        "site-packages",
        "target",
        "vendor",
        "venv",
    )
)
TRIED_OUT = frozenset(("__tests__", "e2e", "examples", "fixtures", "samples", "test", "testdata", "tests"))
"""Below a repository, these hold what imitates services."""

_ORIGIN = re.compile(r'^\[remote "origin"\]$(.*?)(?=^\[|\Z)', re.MULTILINE | re.DOTALL)
_URL = re.compile(r"^\s*url\s*=\s*(\S+)\s*$", re.MULTILINE)
_OVER_SSH = re.compile(r"(?:ssh://)?(?:[^@/\s]+@)?([A-Za-z0-9.-]+)(?::[0-9]+/|[:/])(.+)")
_OVER_HTTP = re.compile(r"https?://(?:[^@/\s]*@)?([A-Za-z0-9.:-]+)/(.+)")


def read_folder(root: Path) -> Tree:
    """Raises UsageError when `root` is no folder that can be read, or too large to be one of repositories."""
    real = root.resolve()
    try:
        walk = _Walk(real)
        walk.into(real, "", 0)
    except NotADirectoryError:
        raise UsageError(f"{root} is no folder.") from None
    except FileNotFoundError:
        raise UsageError(f"There is no folder {root}.") from None
    except OSError as error:
        raise UsageError(f"The folder {root} cannot be read: {error.strerror}.") from error
    return Tree(
        name=one_line(real.name) or "repositories",
        files=tuple(sorted(walk.files, key=lambda each: each.path)),
        repositories=MappingProxyType(dict(sorted(walk.repositories.items()))),
        unread=tuple(sorted(walk.unread, key=lambda each: each.file)),
    )


class _Walk:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._entries = 0
        self.files: list[SourceFile] = []
        self.repositories: dict[str, str] = {}
        self.unread: list[Misread] = []

    def into(self, folder: Path, path: str, depth: int) -> None:
        """`path` is that of `folder`, relative to the top. Raises OSError when `folder` itself cannot be read."""
        entries = sorted(os.scandir(folder), key=lambda each: each.name)
        self._entries += len(entries)
        if self._entries > MOST_ENTRIES or len(self.files) > MOST_FILES:
            raise UsageError(f"{self._root} holds more than a folder of repositories does. Name one further in.")
        if any(each.name == ".git" for each in entries):
            self.repositories[path] = origin(folder / ".git" / "config")
        in_a_repository = bool(self.repositories) and any(_is_in(path, each) for each in self.repositories)
        for entry in entries:
            self._take(entry, f"{path}/{entry.name}".removeprefix("/"), depth, in_a_repository=in_a_repository)

    def _take(self, entry: os.DirEntry[str], path: str, depth: int, *, in_a_repository: bool) -> None:
        if entry.is_dir(follow_symlinks=False):
            if entry.name in PASSED_OVER or (in_a_repository and entry.name in TRIED_OUT):
                return
            self._below(Path(entry.path), path, depth + 1)
        elif not entry.is_file(follow_symlinks=False):
            if entry.is_symlink() and (is_wanted(path) or depth == 0):
                self.unread.append(Misread(one_line(path), "A symbolic link, and none is followed."))
        elif is_wanted(path):
            self.files.extend(self._read(Path(entry.path), path))
        elif is_sign(path):
            self.files.append(SourceFile(path))

    def _below(self, folder: Path, path: str, depth: int) -> None:
        if depth > DEEPEST:
            return
        try:
            self.into(folder, path, depth)
        except OSError as error:
            self.unread.append(Misread(one_line(path), f"The folder cannot be read: {error.strerror}."))

    def _read(self, file: Path, path: str) -> Iterator[SourceFile]:
        try:
            with file.open("rb") as opened:
                raw = opened.read(LARGEST_FILE + 1)
            if len(raw) > LARGEST_FILE:
                self.unread.append(Misread(one_line(path), f"It has more than {LARGEST_FILE:,} bytes."))
                return
            yield SourceFile(path, raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.unread.append(Misread(one_line(path), "It is not UTF-8.", line))
        except OSError as error:
            self.unread.append(Misread(one_line(path), f"It cannot be read: {error.strerror}."))


def _is_in(path: str, repository: str) -> bool:
    return not repository or path == repository or path.startswith(repository + "/")


def origin(config: Path) -> str:
    """The web address of a repository's origin, without credentials; `""` when it has none that others can open."""
    try:
        with config.open(encoding="utf-8", errors="replace") as opened:
            text = opened.read(100_000)
    except OSError:
        return ""
    section = _ORIGIN.search(text)
    url = _URL.search(section[1]) if section else None
    return web_address(url[1]) if url else ""


def web_address(url: str) -> str:
    """`git@github.com:shop/cart.git` is `https://github.com/shop/cart`; a path of this machine is `""`."""
    if "://" in url and not url.startswith(("http://", "https://", "ssh://")):
        return ""
    found = _OVER_HTTP.fullmatch(url) or (_OVER_SSH.fullmatch(url) if "@" in url or url.startswith("ssh://") else None)
    return one_line(f"https://{found[1]}/{found[2].removesuffix('.git').strip('/')}") if found else ""
