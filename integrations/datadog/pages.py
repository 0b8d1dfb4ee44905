"""A search in pages, no further than it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from bot.ports.telemetry import Found, Window
from integrations.datadog.shapes import Events

A = TypeVar("A")
T = TypeVar("T")

LARGEST_PAGE, PAGES = 1000, 5
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


async def collected(page: Callable[[str], Awaitable[Events[A]]], read: Callable[[A], T | None], limit: int) -> Found[T]:
    """page: by its cursor. read: gives None for what was found and does not fit."""
    found: list[T] = []
    cursor, cut = "", False
    for _ in range(PAGES):
        seen = await page(cursor)
        found += [value for each in seen.data or () if (value := read(each.attributes)) is not None]
        cursor, cut = seen.after, cut or seen.meta.status == "timeout"
        if len(found) > limit or not cursor:
            return Found(tuple(found[:limit]), more=cut or len(found) > limit)
    return Found(tuple(found), more=True)


def page_size(limit: int, *, sifted: bool = False) -> int:
    """One more than is wanted. sifted: not all that is found will do."""
    return LARGEST_PAGE if sifted else min(limit + 1, LARGEST_PAGE)


def milliseconds(at: datetime) -> int:
    return (at - EPOCH) // MILLISECOND


def within(window: Window) -> dict[str, str]:
    """A filter's times. A search takes its end along, which the reader leaves out again."""
    return {"from": str(milliseconds(window.start)), "to": str(-((EPOCH - window.end) // MILLISECOND))}
