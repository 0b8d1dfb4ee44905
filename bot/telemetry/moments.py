"""Times as the tables have them: microseconds since 1970, UTC. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
US = timedelta(microseconds=1)


def to_us(moment: datetime) -> int:
    """Rounded down."""
    return (moment - EPOCH) // US


def from_us(us: int) -> datetime:
    return EPOCH + us * US
