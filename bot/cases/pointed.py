"""Where the evidence of a cause points to, by its diagnosis. Frozen values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pointed:
    """diagnosis: its id. confidence: high, medium, low. right, of: how often such answers were right here, of those
    that were judged; sure: often enough. by: who has said that it is right. links: kinds of evidence (trace, logs),
    each with the page of the first of it. back: because of it the service may be rolled back.
    """

    diagnosis: str
    service: str
    confidence: str
    right: int = 0
    of: int = 0
    sure: bool = False
    by: str = ""
    links: tuple[tuple[str, str], ...] = ()
    back: bool = False
