"""What a model costs, and what it may cost. Pure. Money is whole millionths of a dollar, so that sums are exact."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.ports.model import Usage

MILLION = 1_000_000
CACHED, STORED = 0.1, 1.25
"""Of the price of input: reading it from the vendor's cache, and writing it there for five minutes
(platform.claude.com, prompt caching).
"""


@dataclass(frozen=True, slots=True)
class Amount:
    """tokens: of all kinds together. micros: millionths of a dollar."""

    tokens: int = 0
    micros: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.tokens + other.tokens, self.micros + other.micros)

    def within(self, limit: Amount) -> bool:
        return self.tokens <= limit.tokens and self.micros <= limit.micros


@dataclass(frozen=True, slots=True)
class Prices:
    """Dollars for a million tokens."""

    input: float
    output: float

    def of(self, usage: Usage) -> Amount:
        """Rounded up."""
        read = usage.input + CACHED * usage.cached + STORED * usage.stored
        return Amount(usage.total, math.ceil(self.input * read + self.output * usage.output))

    def at_most(self, size: int, most: int) -> Amount:
        """size: tokens of the prompt at most, all of which may be written into the cache. most: that it may write."""
        return self.of(Usage(stored=size, output=most))


@dataclass(frozen=True, slots=True)
class Limits:
    """rounds: questions to the model for one diagnosis. seconds: for all of them. once, daily: what one diagnosis, and
    all of a day (UTC) may cost. most: tokens that one answer may have.
    """

    prices: Prices
    once: Amount
    daily: Amount
    rounds: int = 10
    seconds: float = 60.0
    most: int = 8_000


def dollars(micros: int) -> float:
    return micros / MILLION


def micros(dollars: float) -> int:
    return round(dollars * MILLION)
