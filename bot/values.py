"""Small values that every room speaks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Tell = Callable[[str], Awaitable[None]]
"""Says one plain sentence to whoever waits for an answer."""


PIPELINE = "pipeline:"
"""Begins the name of a pipeline where a person's Slack id would stand."""


def is_pipeline(person: str) -> bool:
    """It is no person: no message reaches it."""
    return person.startswith(PIPELINE)


async def silent(_sentence: str) -> None:
    """Nobody is waiting for progress."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and how a repeat of the same request is recognised.

    person: a Slack user id, `pipeline:<name>`, or `system`. team: the catalog's team of that person, if any.
    request_id: the same for every repeat of this request (trigger id, event id, ...); at most 200 characters.
    channel: where it was typed, for the audit log.
    at: when it was received, aware UTC, the same for every repeat; None when it is handled as it comes.
    tell: called when an answer takes longer than people like to wait.
    """

    person: str
    request_id: str
    team: str | None = None
    channel: str | None = None
    at: datetime | None = None
    via: Literal["slack", "api", "system"] = "slack"
    tell: Tell = field(default=silent, compare=False)

    @property
    def origin(self) -> str:
        """For the audit log: `slack:C0INT`, `slack` from a Home or a form, `api`, or nothing for ourselves."""
        if self.via == "system":
            return ""
        return f"{self.via}:{self.channel}" if self.channel else self.via
