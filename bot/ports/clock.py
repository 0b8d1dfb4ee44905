"""Time as an argument: the live clock follows Redis, tests bring their own."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The time now, aware, UTC."""
        ...
