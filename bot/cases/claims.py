"""Who is about to have something of a case run again: from a press of a button until its run is written down. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

HELD = timedelta(minutes=1)
"""A process that dies between the two leaves its claim behind. Writing a run down takes far less."""


@dataclass(frozen=True, slots=True)
class Claim:
    """run: the id that the run will have. at: aware UTC."""

    run: str
    by: str
    at: datetime

    def bars(self, wanted: Claim) -> bool:
        """Two who press the same button want the same run."""
        return self.run != wanted.run and wanted.at - self.at < HELD
