"""How many of what: one run, two runs."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """`1 run`, `2 runs`, `1,204 runs`. noun: one of them, of the kind that takes an s."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
