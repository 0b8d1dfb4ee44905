"""Which offer is meant: a lease may be offered several times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class OfferRef:
    """One offer of a lease. `version` is the lease's when it was offered; as text it is `<lease>:<version>`."""

    lease_id: str
    version: int

    def __str__(self) -> str:
        return f"{self.lease_id}:{self.version}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for anything that is not the text of an offer."""
        lease_id, _, version = text.rpartition(":")
        return cls(lease_id, int(version))
