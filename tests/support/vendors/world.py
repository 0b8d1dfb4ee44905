"""What a CI vendor has, whichever it is: its protocol server says it in that vendor's words."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from bot.ports.pipelines import RunState

PAYLOADS = Path(__file__).parents[2] / "payloads"
REPOSITORY = "acme/payments"
NOWHERE = "/dev/null"


def payload(vendor: str, example: str, /, **changed: Any) -> dict[str, Any]:
    """A published example, with these fields in place of its own."""
    return {**json.loads(_text(vendor, example)), **changed}


@cache
def _text(vendor: str, example: str) -> str:
    return (PAYLOADS / vendor / f"{example}.json").read_text("utf-8")


@dataclass
class Touched:
    """A file that a commit changed. before, after: its paths, empty where it is not there. hunks: without a vendor's
    heading.
    """

    before: str
    after: str
    hunks: str

    @property
    def text(self) -> str:
        """As git writes it."""
        one, other = f"a/{self.before}" if self.before else NOWHERE, f"b/{self.after}" if self.after else NOWHERE
        head = f"diff --git a/{self.before or self.after} b/{self.after or self.before}\n"
        return f"{head}--- {one}\n+++ {other}\n{self.hunks}"


ROUNDING = Touched(
    "src/rounding.py", "src/rounding.py", "@@ -1 +1 @@ def total():\n-    return sum\n+    return round(sum)\n"
)


@dataclass
class Recorded:
    """A commit."""

    hash: str
    message: str
    author: str
    email: str
    login: str
    at: datetime
    touched: list[Touched] = field(default_factory=lambda: [ROUNDING])


@dataclass
class Build:
    """A run with one step. word: what the vendor calls its state, when that is a word nobody knows."""

    id: int
    number: int
    name: str
    ref: str
    commit: str
    variables: dict[str, str]
    state: RunState = RunState.RUNNING
    word: str = ""
    log: bytes | None = None
    artifacts: dict[str, bytes] = field(default_factory=dict)
    created: datetime = field(default_factory=lambda: datetime.now(UTC))
    attempt: int = 1


@dataclass
class Trouble:
    """What meets the next calls of `method`.

    kind: status (instead of the call), lost (carried out, the answer breaks off), silent (carried out, no answer for a
    while), garbled (carried out, the answer is no JSON), nameless (carried out, the answer says nothing).
    """

    kind: str
    method: str
    times: int = 1
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    """seen: method, path and credentials of every request. store: what lies in the vendor's storage, by path.

    options: how this server differs from the newest of its kind. hidden: variables whose values it shows nobody.
    """

    builds: list[Build] = field(default_factory=list)
    history: list[Recorded] = field(default_factory=list)
    refs: dict[str, dict[str, str]] = field(default_factory=lambda: {"branches": {}, "tags": {}})
    marks: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    troubles: deque[Trouble] = field(default_factory=deque)
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    store: dict[str, bytes] = field(default_factory=dict)
    options: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    storage_url: str = ""

    def reset(self) -> None:
        fresh = World(storage_url=self.storage_url)
        fresh.grow(5)
        fresh.refs = {"branches": {"main": fresh.history[0].hash}, "tags": {"1.4.0": fresh.history[3].hash}}
        self.__dict__.update(fresh.__dict__)

    def grow(self, count: int) -> None:
        """So many more commits on top; the newest stands first, and main points to it."""
        for number in range(len(self.history), len(self.history) + count):
            hash = hashlib.sha1(str(number).encode()).hexdigest()
            at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC) + timedelta(hours=number)
            subject = f"Fix rounding, take {number}"
            self.history.insert(
                0, Recorded(hash, f"{subject}\n\nWhy: money.", "Ann Lee", "ann@acme.example", "ann", at)
            )
        self.refs["branches"]["main"] = self.history[0].hash

    def hash_of(self, ref: str) -> str | None:
        for kind in ("tags", "branches"):
            if ref in self.refs[kind]:
                return self.refs[kind][ref]
        return next((each.hash for each in self.history if ref and each.hash.startswith(ref)), None)

    def commit(self, ref: str) -> Recorded | None:
        hash = self.hash_of(ref)
        return next((each for each in self.history if each.hash == hash), None)

    def between(self, base: str, head: str) -> list[Recorded] | None:
        """Newest first; None when one of them does not exist."""
        old, new = self.commit(base), self.commit(head)
        if old is None or new is None:
            return None
        return self.history[self.history.index(new) : self.history.index(old)]

    def start(self, name: str, ref: str, variables: dict[str, str], commit: str = "") -> Build:
        number = len(self.builds) + 1
        build = Build(7000 + number, number, name, ref, commit or self.hash_of(ref) or "", variables)
        self.builds.append(build)
        return build

    def newest(self) -> list[Build]:
        return self.builds[::-1]
