"""Minutes in which nothing was known to be wrong. Pure; times are unix seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.diagnosis.evidence import Window


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something was wrong then. says: since what, such as `payments 1.5.0`."""

    window: Window
    says: str = ""


def gaps(within: Window, troubles: Iterable[Trouble]) -> list[Window]:
    """The parts of `within` in which there was none, the oldest first."""
    found, start = list[Window](), within.start
    for each in sorted((one.window for one in troubles), key=lambda window: window.start):
        if each.end <= start or each.start >= within.end:
            continue
        if each.start > start:
            found.append(Window(start, each.start))
        start = max(start, each.end)
    return [*found, Window(start, within.end)] if start < within.end else found
