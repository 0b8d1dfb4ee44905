"""What a version of a service is: its number, the commits that made it, and what it does otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from hashlib import sha1


class Trait(Enum):
    """What some versions do and others do not. `changelog.py` says which do, the service's module how."""

    SEARCH_IGNORES_CASE = auto()
    SALES_IMPORTED = auto()
    BOUGHT_TOGETHER = auto()
    SALES_INDEXED = auto()
    UNIT_PRICE = auto()
    PRICES_DESCRIBED = auto()

    TELLS_WHEN_PLACED = auto()
    POOLED = auto()
    BUSY_IS_REFUSED = auto()
    POOL_GETS_BACK = auto()
    KNOWN_HEADERS_ONLY = auto()
    TRACE_HEADERS_KNOWN = auto()

    REFUND_REPEATABLE = auto()
    TELLS_RATE = auto()
    RATES_FROM_TABLE = auto()
    UNKNOWN_IS_NO_CASE = auto()
    EURO_IS_BASE = auto()

    TELLS_RESERVED = auto()
    SOLD_OUT_IS_NOT_FOUND = auto()
    UNLOCKED = auto()

    SEARCH = auto()
    READS_UNIT_PRICE = auto()


@dataclass(frozen=True, slots=True)
class Author:
    """login: at the code host, as the catalog's people have it."""

    name: str
    email: str
    login: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A change. at: aware UTC."""

    subject: str
    author: Author
    at: datetime

    def hash(self, service: str) -> str:
        """40 hexadecimal digits, the same each time."""
        told = f"{service}\n{self.subject}\n{self.author.email}\n{self.at.isoformat()}"
        return sha1(told.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Release:
    """One version of one service. commits: what is new in it, oldest first; its tag stands at the last of them. first:
    what it does with the first of two commits alone.
    """

    service: str
    version: str
    commits: tuple[Commit, ...]
    traits: frozenset[Trait]
    first: frozenset[Trait] = frozenset()

    def traits_with(self, commit: Commit) -> frozenset[Trait]:
        """What it does once that one is in."""
        return self.traits if commit == self.commits[-1] else self.first

    @property
    def commit(self) -> str:
        return self.commits[-1].hash(self.service)

    @property
    def released_at(self) -> datetime:
        return self.commits[-1].at


def by(author: Author, day: str, *subjects: str) -> tuple[Commit, ...]:
    """Commits of one author and one day (ISO 8601), an hour apart from nine in the morning."""
    morning = datetime.fromisoformat(day).replace(hour=9, tzinfo=UTC)
    return tuple(Commit(subject, author, morning.replace(hour=9 + hour)) for hour, subject in enumerate(subjects))
