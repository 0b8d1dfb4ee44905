"""Notices as text. A notice is known by the name of its class."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

import msgspec

from bot.notices.model import Kept, Notice, WhileQuiet

KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Notice)}


def kind_of(notice: Notice) -> str:
    return type(notice).__name__


def encoded(notice: Notice) -> str:
    """What `decoded` reads with the notice's kind."""
    return msgspec.json.encode(_named(notice) if isinstance(notice, WhileQuiet) else notice).decode()


def decoded(kind: str, payload: str | bytes) -> Notice:
    """Raises msgspec.ValidationError when a field is missing or of another type."""
    if kind != WhileQuiet.__name__:
        return msgspec.json.decode(payload, type=KINDS[kind])
    named = msgspec.json.decode(payload, type=list[tuple[datetime, str, msgspec.Raw]])
    return WhileQuiet(tuple(Kept(at, decoded(name, bytes(notice))) for at, name, notice in named))


def _named(notice: WhileQuiet) -> list[tuple[datetime, str, Notice]]:
    return [(kept.at, kind_of(kept.notice), kept.notice) for kept in notice.kept]
