"""What has arrived from Slack and is not yet dealt with, and a memory for what may happen only once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Kind(StrEnum):
    """The payloads Slack sends, by how they are acknowledged."""

    COMMAND = "command"
    EVENT = "event"
    INTERACTION = "interaction"


@dataclass(frozen=True, slots=True)
class Arrival:
    """One payload as Slack sent it, parsed but not judged.

    id: the same for every delivery of the same payload.
    lane: arrivals of one lane are handled one after another, in order of arrival (a person's id, mostly).
    """

    id: str
    kind: Kind
    lane: str
    body: Mapping[str, Any]
    received_at: datetime


class Inbox(Protocol):
    async def put(self, arrival: Arrival) -> bool:
        """Write it down for good; False when it was there already.

        Raises Unavailable, with `recorded` False when it is certainly not written, None when nobody can tell.
        """
        ...


class Once(Protocol):
    """Remembers names for a while. Raises Unavailable when it cannot tell."""

    async def first(self, name: str, *, seconds: int) -> bool:
        """True for the first who asks with this name within `seconds`."""
        ...

    async def moment(self, name: str, now: float, *, seconds: int) -> float:
        """What the first said who asked with this name within `seconds`: a unix time."""
        ...

    async def forget(self, name: str) -> None: ...
