"""Notices as text. A notice is known by the name of its class."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args

import msgspec

from bot.notices.model import AlsoToday, Kept, Notice, WhileQuiet

Several = WhileQuiet | AlsoToday
"""Notices that are made of others."""
SEVERAL = frozenset(kind.__name__ for kind in get_args(Several))
KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Notice)}


class Unreadable(Exception):
    """This release does not know what that says: another one may have written it."""


def kind_of(notice: Notice) -> str:
    return type(notice).__name__


def encoded(notice: Notice) -> str:
    """What `decoded` reads with the notice's kind."""
    return msgspec.json.encode(_named(notice) if isinstance(notice, Several) else notice).decode()


def decoded(kind: str, payload: str | bytes) -> Notice:
    """Raises Unreadable when there is no such kind, or a field is missing or of another type."""
    try:
        return _decoded(kind, payload)
    except (msgspec.MsgspecError, KeyError) as error:
        raise Unreadable(f"a {kind} cannot be read: {error!r}") from error


def _decoded(kind: str, payload: str | bytes) -> Notice:
    if kind not in SEVERAL:
        return msgspec.json.decode(payload, type=KINDS[kind])
    told = msgspec.json.decode(payload, type=list[int | tuple[datetime, str, msgspec.Raw]])
    kept = tuple(Kept(each[0], _decoded(each[1], bytes(each[2]))) for each in told if not isinstance(each, int))
    return (
        WhileQuiet(kept) if kind == WhileQuiet.__name__ else AlsoToday(kept, *(n for n in told if isinstance(n, int)))
    )


def _named(notice: Several) -> list[int | tuple[datetime, str, Notice]]:
    """How many there were before these stands in front of them, if any."""
    kept = [(kept.at, kind_of(kept.notice), kept.notice) for kept in notice.kept]
    return [notice.earlier, *kept] if isinstance(notice, AlsoToday) and notice.earlier else [*kept]
