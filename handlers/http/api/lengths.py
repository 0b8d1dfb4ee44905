"""How long: minutes as a number, `30m` or `2h30` as people type it, `PT30M` as ISO 8601 has it. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, WithJsonSchema

from bot.grammar.durations import duration_at

LONGEST = timedelta(days=366)
_ISO = TypeAdapter(timedelta)


def length(given: Any) -> timedelta:
    """Raises ValueError."""
    found = _read(given)
    if found is None:
        raise ValueError("write minutes as a number, or a length such as 30m, 2h30 or PT30M")
    if not timedelta(0) < found <= LONGEST:
        raise ValueError("must be longer than nothing, and a year at most")
    return found


def _read(given: Any) -> timedelta | None:
    if isinstance(given, timedelta):
        return given
    if isinstance(given, bool) or not isinstance(given, int | str):
        return None
    if isinstance(given, int):
        return timedelta(minutes=min(given, LONGEST // timedelta(minutes=1) + 1))
    text = given.strip()
    typed = duration_at(text, 0)
    if typed is not None and typed.end == len(text):
        return typed.length
    return _iso(text) if text[:1] in ("P", "p") else None


def _iso(text: str) -> timedelta | None:
    try:
        return _ISO.validate_python(text.upper())
    except ValidationError:
        return None


Length = Annotated[
    timedelta,
    BeforeValidator(length),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}),
    Field(description="Minutes, or a length such as 30m, 2h30 or PT30M.", examples=["30m", 45, "PT2H"]),
]
