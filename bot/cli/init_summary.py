"""What init found, in a few lines; the draft has the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from bot.catalog.drafting.outline import Outline

MOST_NAMED = 8


def report(outline: Outline, file: TextIO) -> None:
    if outline.origin == "answers":
        return
    rows = (
        ("services", [each.name for each in outline.services]),
        ("environments", [each.name for each in outline.environments]),
        ("teams", [each.name for each in outline.teams]),
        ("left out", [title for title, _why in outline.left_out]),
    )
    print(f"From {outline.origin}:", file=file)
    for title, names in rows:
        print(f"  {title:<14} {len(names):>4}   {_some(names)}".rstrip(), file=file)
    if outline.api_files:
        placed = outline.api_files - len(outline.api_unplaced)
        print(f"  {'API files':<14} {outline.api_files:>4}   {placed} of them belong to a service", file=file)
    for each in outline.misread[:MOST_NAMED]:
        print(f"  passed over: {each}", file=file)
    if (more := len(outline.misread) - MOST_NAMED) > 0:
        print(f"  passed over: {more} more, listed at the end of the draft", file=file)
    print(
        f"  {'time zone':<14} {outline.timezone or 'UTC'}: of working hours, and of every time people type", file=file
    )
    if not outline.services:
        print("  Nothing was found that could be a service: is this the folder of your repositories?", file=file)
    print(file=file)


def _some(names: Iterable[str]) -> str:
    shown = [*names]
    more = len(shown) - MOST_NAMED
    return ", ".join(shown[:MOST_NAMED]) + (f", and {more} more" if more > 0 else "")
