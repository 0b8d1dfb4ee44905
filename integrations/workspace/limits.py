"""How strict the workspace is. The defaults are Slack's published limits, or a little under them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

TIERS = {1: 1, 2: 20, 3: 50, 4: 100}
"""Calls a minute of each method tier (docs.slack.dev: rate limits)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Times in seconds, rates in calls a minute unless the name says otherwise.

    ack: how long an app may take to acknowledge. trigger: how long a trigger id is good for.
    response_url_uses, response_url: how often and how long a response_url may be used.
    posts_per_second, post_burst: chat.postMessage in one channel. tier_scale: multiplies every method tier.
    event_retries: the delays before an event is sent again.
    file_size: bytes of one upload. file_processing: how long after an upload no block may show it yet.
    """

    ack: float = 3.0
    trigger: float = 3.0
    response_url_uses: int = 5
    response_url: float = 1800.0
    posts_per_second: float = 1.0
    post_burst: int = 5
    tier_scale: float = 1.0
    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    connections: int = 10
    ticket: float = 30.0
    ping: float = 15.0
    file_size: int = 20_000_000
    file_processing: float = 0.5

    def loosened(self) -> Self:
        """The same, for tests that send many messages: only the rates differ."""
        return type(self)(
            **{**asdict(self), "posts_per_second": 10_000.0, "post_burst": 100_000, "tier_scale": 10_000.0}
        )

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Raises ValueError on a name that is no limit."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ValueError(f"No such limit: {', '.join(sorted(unknown))}.")
        if "event_retries" in values:
            values = {**values, "event_retries": tuple(float(delay) for delay in values["event_retries"])}
        return cls(**values)
