"""Cursors: where the next page starts, as opaque text."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from integrations.workspace.errors import ApiError

T = TypeVar("T")


def encoded(position: str) -> str:
    return base64.b64encode(f"next:{position}".encode()).decode()


def decoded(cursor: Any) -> str | None:
    """What `encoded` was given; None without a cursor. Raises ApiError invalid_cursor."""
    if not cursor:
        return None
    try:
        text = base64.b64decode(str(cursor), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ApiError("invalid_cursor") from error
    if not text.startswith("next:"):
        raise ApiError("invalid_cursor")
    return text.removeprefix("next:")


def page(items: Sequence[T], cursor: Any, limit: int) -> tuple[Sequence[T], dict[str, str]]:
    """One page of the items and the response_metadata that leads to the next."""
    position = decoded(cursor) or "0"
    if not position.isdigit():
        raise ApiError("invalid_cursor")
    start = int(position)
    more = start + limit < len(items)
    return items[start : start + limit], {"next_cursor": encoded(str(start + limit)) if more else ""}
