"""Token buckets: how often a method may be called."""

from __future__ import annotations

import time
from collections.abc import Callable

from integrations.workspace.errors import rate_limited
from integrations.workspace.limits import TIERS, Limits

_FIRST_TIER_BURST = 20
"""A bot that is killed and started again opens many connections; Slack tolerates bursts on the first tier."""


class Rates:
    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend_tier(self, method: str, tier: int) -> None:
        """Raises ApiError `ratelimited` when the method's calls of this minute are used up. Tier 0 is not limited."""
        if tier:
            per_minute = TIERS[tier] * self._limits.tier_scale
            self._spend(method, per_minute / 60, max(per_minute, _FIRST_TIER_BURST))

    def spend_post(self, channel: str) -> None:
        """Raises ApiError `ratelimited` when one channel gets too many messages."""
        self._spend(f"post:{channel}", self._limits.posts_per_second, self._limits.post_burst)

    def forget(self) -> None:
        self._buckets.clear()

    def _spend(self, name: str, per_second: float, capacity: float) -> None:
        now = self._clock()
        tokens, then = self._buckets.get(name, (capacity, now))
        tokens = min(capacity, tokens + (now - then) * per_second)
        if tokens < 1:
            raise rate_limited((1 - tokens) / per_second)
        self._buckets[name] = (tokens - 1, now)
