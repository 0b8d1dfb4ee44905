"""What was found in a folder: its files as text, and what each of them says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from posixpath import basename, dirname
from types import MappingProxyType

_PACKAGING = re.compile(r"(?:^|/)(?:\.?docker|build|ci|container|deploy|deployment|ops|package|packaging)$")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`path` is relative to the folder that was read, with slashes."""

    path: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """A folder as it was read. `name` is its own; `files` are in the order of their paths.

    repositories: the folders that are git repositories, each with the web address of its origin or `""`.
    unread: files and folders that were passed over, each with the reason.
    """

    name: str
    files: tuple[SourceFile, ...] = ()
    repositories: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    unread: tuple[Misread, ...] = ()

    def repository_of(self, folder: str) -> str | None:
        """The innermost repository around `folder`, or None."""
        return next((each for each in upwards(folder) if each in self.repositories), None)

    def called(self, folder: str) -> str:
        """The last part of the folder's path; the tree's own name for its top."""
        return basename(folder) or self.name


@dataclass(frozen=True, slots=True)
class Misread:
    """A file that was not understood. Lines and columns count from 1; 0 means that none is known."""

    file: str
    what: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)]) + f": {self.what}"


class Source(IntEnum):
    """Who names a thing; where two disagree, the lower number is believed."""

    BACKSTAGE = 0
    COMPOSE = 1
    CHART = 2
    DEPLOYMENT = 3
    API_SERVICE = 4
    PACKAGE = 5
    API_TITLE = 6
    DOCKERFILE = 7


@dataclass(frozen=True, slots=True)
class Clue:
    """What one file says about one thing that may be deployed. Texts are as written.

    folder: where its code lies, if `placed`; otherwise merely where it is described.
    runs: what shows that it is deployed, such as `a Dockerfile`. weak: that counts for less than the folder around it.
    stays_out: why it is no service after all. gathers: it only holds others together, such as a parent pom.
    image: what its image is called, without registry and version.
    context: the file whose names `depends_on` means, if not those of the whole tree.
    """

    file: str
    folder: str
    source: Source
    name: str = ""
    placed: bool = True
    runs: str = ""
    weak: bool = False
    stays_out: str = ""
    gathers: str = ""
    owners: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    depends_on: tuple[str, ...] = ()
    image: str = ""
    context: str = ""
    profiles: tuple[str, ...] = ()
    description: str = ""


def upwards(folder: str) -> list[str]:
    """`folder` and every folder around it, the innermost first; `""` is the top."""
    found = [folder]
    while found[-1]:
        found.append(dirname(found[-1]))
    return found


def lies_in(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or below it."""
    return not folder or path == folder or path.startswith(folder + "/")


def without_packaging(folder: str) -> str:
    """The folder of the code when `folder` holds only its Dockerfile: `cart/docker` is `cart`."""
    return _PACKAGING.sub("", folder)
