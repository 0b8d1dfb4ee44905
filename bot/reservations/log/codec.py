"""Events as JSON, readable years later.

The kind is the event's class name. A field may be added, with a default: older entries lack it, and older readers skip
it. A change that older readers would misread gets a class, and so a kind, of its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, get_args

import msgspec

from bot.errors import Unavailable
from bot.reservations.commands import Book, Command, Described, Extend, Give, Hold, Leave, Release, Reserve, Take
from bot.reservations.events import Event, Recorded
from bot.reservations.log.entries import Entry, Memory
from bot.reservations.values import Terms
from bot.runtime.clock import from_ms, to_ms

KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in get_args(Event)}


class _Written(msgspec.Struct):
    """An entry of the stream. `at` is unix milliseconds, `request` is what is remembered of it."""

    kind: str
    body: msgspec.Raw
    at: int
    request_id: str
    by: str
    request: str
    origin: str = ""
    follows: str = ""


class UnknownKind(Unavailable):
    """Written by a newer version: going on without it would be guessing."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"A newer Signalbox has written {kind} events here. This one must be updated first.")


def kind_of(event: Event) -> str:
    return type(event).__name__


def body_of(event: Event) -> bytes:
    """The event's fields as JSON; the same event gives the same bytes."""
    return msgspec.json.encode(event, order="deterministic")


def event_of(kind: str, body: bytes | str) -> Event:
    """Raises UnknownKind."""
    known = KINDS.get(kind)
    if known is None:
        raise UnknownKind(kind)
    return msgspec.json.decode(body, type=known)


def encode(entry: Entry) -> bytes:
    """All but epoch and seq, which are the id of the stream's entry."""
    recorded = entry.recorded
    body = msgspec.Raw(body_of(recorded.event))
    at = to_ms(recorded.at)
    return msgspec.json.encode(
        _Written(
            kind_of(recorded.event),
            body,
            at,
            recorded.request_id,
            recorded.by,
            str(entry.request),
            recorded.origin,
            entry.follows,
        )
    )


def decode(epoch: int, seq: int, text: bytes) -> Entry:
    """Raises UnknownKind."""
    written = msgspec.json.decode(text, type=_Written)
    event = event_of(written.kind, bytes(written.body))
    recorded = Recorded(epoch, seq, from_ms(written.at), event, written.request_id, written.by, written.origin)
    return Entry(recorded, Memory.parse(written.request), written.follows)


def fingerprint(command: Command, by: str) -> str:
    """Tells whether a repeated request id comes with the same arguments.

    Neither the policy in force nor the time of the typing is an argument: they must not make two tries differ.
    """
    match command:
        case Reserve(wanted) | Book(wanted) | Take(wanted) | Hold(wanted):
            command = replace(command, wanted=replace(wanted, terms=Terms()))
        case (
            Release(which=Described() as which)
            | Extend(which=Described() as which)
            | Give(which=Described() as which)
            | Leave(which=Described() as which)
        ):
            command = replace(command, which=replace(which, asked=None))
        case _:
            pass
    asked = (type(command).__name__, by, command)
    return hashlib.sha256(msgspec.json.encode(asked, order="deterministic")).hexdigest()[:16]
