"""What failures and their causes are made of. Frozen values only; all times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a failing request went wrong first: the deepest faulty span of the test's trace.

    exception: the class of what was raised there, if it is known.
    """

    service: str
    exception: str = ""

    def __str__(self) -> str:
        return f"{self.service} {self.exception}".rstrip()


@dataclass(frozen=True, slots=True)
class Failure:
    """One attempt of one test that failed, in the words of its report.

    test: its id. error_class: may be empty, the message often begins with it. origin: None where no trace tells.
    """

    test: str
    message: str
    error_class: str = ""
    stack: str = ""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a stack. file: as it was written, with slashes. function: may be empty.

    own: it is the project's code, not a library's. test: it is code of tests.
    """

    file: str
    function: str = ""
    own: bool = True
    test: bool = False


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What two failures of one cause have in common.

    exact: 16 hex digits of everything below. version: of the masks and rules that made it; fingerprints of different
    versions are not comparable. error_class: without its package. line: what the message says, masked, one line.
    place: the top frame of the project's own code without line numbers, or the test where there is none.
    in_test: that place is code of tests.
    """

    exact: str
    version: int
    error_class: str
    line: str
    place: str
    in_test: bool


@dataclass(frozen=True, slots=True)
class Cause:
    """An open cause that new failures may belong to. fingerprints: all that were found to be it, the first first."""

    id: str
    fingerprints: tuple[Fingerprint, ...]
    last_seen: datetime
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Failures of one cause. cause: the id of an open cause, or a new one. members: positions in what was grouped,
    ascending. fingerprints: all that occur in it, the one that stands for it first.
    """

    cause: str
    members: tuple[int, ...]
    fingerprints: tuple[Fingerprint, ...]
    origin: Origin | None = None
    known: bool = False
