"""Where moments of a deployment are marked for people who look at curves elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Moment(StrEnum):
    """RED: it is in place, and is not well."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Mark:
    """id: of the deployment; marks of one are shown together. actor: a name. url: where more is told.

    service, environment: as whoever is told calls them. why: what is wrong.
    """

    id: str
    moment: Moment
    at: datetime
    service: str
    environment: str
    version: str
    before: str = ""
    actor: str = ""
    url: str = ""
    why: str = ""


class Marks(Protocol):
    """Each raises IntegrationError."""

    async def has(self, mark: Mark) -> bool:
        """Whether it is there already. What was sent a moment ago may not be found yet."""
        ...

    async def put(self, mark: Mark) -> None:
        """Once, whatever happens. Raises OutcomeUnknown besides."""
        ...
