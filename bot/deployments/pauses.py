"""How long it takes until a run is looked at again. Pure."""

from __future__ import annotations

from datetime import timedelta

FIRST_LOOK, LONGEST_LOOK = timedelta(seconds=2), timedelta(seconds=30)


def pause_after(looks: int) -> timedelta:
    """Before the next look at a run."""
    return min(FIRST_LOOK * 1.5 ** min(looks, 20), LONGEST_LOOK)
