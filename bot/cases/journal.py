"""What people did about a case, as it remembers it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Did(StrEnum):
    """What a person did about a case."""

    LOOKED = "looked"
    RETRIED = "retried"
    CLOSED = "closed"
    REOPENED = "reopened"
    RULED = "ruled"
    UNDONE = "undone"
    MOVED = "moved"
    MOVED_BACK = "returned"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a case's journal. what: the rest of it, in words."""

    at: datetime
    by: str
    did: Did
    what: str = ""
