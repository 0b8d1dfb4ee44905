"""What runs where, what was deployed, and which tokens were seen: SQLite, so that it survives whatever ends us."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shop.changelog import CHANGELOG
from shop.topology import ENVIRONMENTS

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS place (
    environment TEXT NOT NULL, service TEXT NOT NULL, version TEXT NOT NULL, since TEXT NOT NULL, port INTEGER,
    epoch INTEGER NOT NULL DEFAULT 0, seq INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (environment, service));
CREATE TABLE IF NOT EXISTS deployment (id TEXT PRIMARY KEY, asked TEXT NOT NULL, answer TEXT NOT NULL);
"""

Place = tuple[str, str]
"""Environment and service."""

PLACES: tuple[Place, ...] = tuple(
    (environment, service) for environment, all_ in ENVIRONMENTS.items() for service in all_
)


@dataclass(frozen=True, order=True, slots=True)
class Token:
    """A fencing token. Later ones are greater."""

    epoch: int
    seq: int

    @classmethod
    def parse(cls, text: str) -> Token:
        """`1.42`. Raises ValueError."""
        epoch, _, seq = text.partition(".")
        return cls(int(epoch), int(seq))

    def __str__(self) -> str:
        return f"{self.epoch}.{self.seq}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should run at a place. since: when it was last changed, ISO 8601 in UTC. mark: the greatest token seen."""

    version: str
    since: str
    port: int | None
    mark: Token


class State:
    """Each method is one transaction."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript(SCHEMA)
        self._db.executemany(
            "INSERT INTO place (environment, service, version, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(*place, next(iter(CHANGELOG[place[1]])), now()) for place in PLACES],
        )

    def wanted(self, place: Place) -> Wanted:
        version, since, port, epoch, seq = self._db.execute(
            "SELECT version, since, port, epoch, seq FROM place WHERE environment = ? AND service = ?", place
        ).fetchone()
        return Wanted(version, since, port, Token(epoch, seq))

    def want(self, place: Place, version: str) -> None:
        self._db.execute(
            "UPDATE place SET version = ?, since = ? WHERE environment = ? AND service = ?", (version, now(), *place)
        )

    def keep_port(self, place: Place, port: int) -> None:
        self._db.execute("UPDATE place SET port = ? WHERE environment = ? AND service = ?", (port, *place))

    def raise_mark(self, place: Place, token: Token) -> bool:
        """Whether `token` is at least the greatest that was seen here; if it is, it is the greatest from now on."""
        epoch, seq = token.epoch, token.seq
        raised = self._db.execute(
            "UPDATE place SET epoch = ?, seq = ? WHERE environment = ? AND service = ? AND (epoch, seq) <= (?, ?)",
            (epoch, seq, *place, epoch, seq),
        )
        return raised.rowcount == 1

    def deployed(self, id: str) -> tuple[str, dict[str, Any]] | None:
        """What was asked under this id, and what was answered."""
        row = self._db.execute("SELECT asked, answer FROM deployment WHERE id = ?", (id,)).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def keep_deployed(self, id: str, asked: str, answer: dict[str, Any]) -> None:
        self._db.execute("INSERT INTO deployment VALUES (?, ?, ?)", (id, asked, json.dumps(answer)))

    def close(self) -> None:
        self._db.close()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
