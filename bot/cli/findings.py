"""What doctor finds: well, doubtful or broken, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """`says` states a fact, `fix` what to do; an ok finding needs no fix."""

    name: str
    level: Level
    says: str
    fix: str = ""


def ok(name: str, says: str) -> Finding:
    return Finding(name, Level.OK, says)


def warn(name: str, says: str, fix: str) -> Finding:
    return Finding(name, Level.WARN, says, fix)


def fail(name: str, says: str, fix: str = "") -> Finding:
    return Finding(name, Level.FAIL, says, fix)
