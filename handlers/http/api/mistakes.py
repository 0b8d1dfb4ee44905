"""What is wrong with the shape of a request, and where: a mistake as pydantic or FastAPI tells it, in ours. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.similar import nearest
from handlers.http.api.shapes import Wish

BROKEN, UNKNOWN = "json_invalid", "extra_forbidden"
"""Kinds of mistakes, as pydantic and FastAPI name them."""
NEW_LINE = "\n"


def where(found: Mapping[str, Any], body: Any) -> str:
    """`line 2, column 12` of what is no JSON, else the field."""
    if found["type"] == BROKEN:
        before = str(body)[: found["loc"][-1]]
        return f"line {before.count(NEW_LINE) + 1}, column {len(before) - before.rfind(NEW_LINE)}"
    return ".".join(str(part) for part in found["loc"] if part != "body") or "body"


def what(found: Mapping[str, Any]) -> str:
    """Never the value itself: it may be a secret that stands in the wrong place."""
    if found["type"] == BROKEN:
        return f"this is no JSON ({found['ctx']['error']})"
    if found["type"] == UNKNOWN:
        return "there is no such field"
    return str(found["msg"]).removeprefix("Value error, ")


def meant_by(found: Mapping[str, Any]) -> tuple[str, ...]:
    """Fields that are named nearly like one that is none."""
    return nearest(str(found["loc"][-1]), Wish.model_fields) if found["type"] == UNKNOWN else ()
