"""What the edge counts. The process hands in whatever keeps the numbers."""

from __future__ import annotations

from typing import Protocol


class Counts(Protocol):
    def refused_request(self, reason: str) -> None:
        """A request that was not let in: bad signature, too late, repeated, too large."""

    def refusal(self, error: str) -> None:
        """An expected error, by its kind."""

    def fault(self, error: str) -> None:
        """An unexpected error, by its kind."""
