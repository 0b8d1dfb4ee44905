"""What was sent, taken apart: between the wire and the tables. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, NamedTuple

from bot.errors import UsageError

Row = dict[str, Any]
"""A row of a table by its columns, without the origin, which is known only when it is written."""


class Signal(StrEnum):
    TRACES = "traces"
    LOGS = "logs"
    METRICS = "metrics"


class Origin(NamedTuple):
    """Who sends. environment and version are empty when it does not say."""

    service: str
    environment: str
    version: str


class Source(IntEnum):
    """What requests were counted from."""

    SPANS = 0
    METRICS = 1


class Counted(NamedTuple):
    """Where a served request is counted. slot: its beginning in microseconds."""

    source: Source
    slot: int
    bucket: int


class Stream(NamedTuple):
    """A point of a histogram that counts from `start` on (microseconds): requests by (bucket, whether they failed)."""

    key: bytes
    start: int
    at: int
    counts: dict[tuple[int, bool], int]


class Measure(NamedTuple):
    """How much of a resource one instance used at a moment (microseconds). state: of what it was, where that is told
    apart. counter: empty, or the key of what counts from `start` on, so that only its growth tells how much. It begins
    with `whose`, as do those of all parts of this metric that the instance has, and `told` is when it told them.
    """

    name: str
    state: str
    unit: str
    at: int
    value: float
    counter: bytes = b""
    start: int = 0
    whose: bytes = b""
    told: int = 0


@dataclass(slots=True)
class Group:
    """What one origin sent in one request. size: about how many bytes it takes to keep it."""

    origin: Origin
    spans: list[Row] = field(default_factory=list[Row])
    lines: list[Row] = field(default_factory=list[Row])
    requests: Counter[Counted] = field(default_factory=Counter[Counted])
    errors: Counter[Counted] = field(default_factory=Counter[Counted])
    streams: list[Stream] = field(default_factory=list[Stream])
    measures: list[Measure] = field(default_factory=list[Measure])
    size: int = 0

    @property
    def items(self) -> int:
        return sum(map(len, (self.spans, self.lines, self.requests, self.streams, self.measures)))


@dataclass(slots=True)
class Parcel:
    """What one request brought. refused: how many items were not taken, by the reason in words."""

    groups: list[Group] = field(default_factory=list[Group])
    refused: Counter[str] = field(default_factory=Counter[str])

    def __iter__(self) -> Iterator[Group]:
        return iter(self.groups)

    @property
    def items(self) -> int:
        return sum(group.items for group in self.groups)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request, one item and the store may hold. Bytes, characters, microseconds.

    body, unpacked: of a request as it comes and decompressed. resources: of one request; each takes a kilobyte, however
    little it says. items: spans, lines or metrics of one request. json: bytes of one in JSON, decompressed; values: and
    how many objects and lists it may have. text: of a message or stack trace. value: of any other text. attributes,
    events: of one item. age, ahead: how far from now an item may be. kept: of all; nothing more is taken until the
    oldest was forgotten.
    """

    body: int = 4 * 2**20
    unpacked: int = 20 * 2**20
    resources: int = 5_000
    items: int = 100_000
    json: int = 4 * 2**20
    values: int = 200_000
    text: int = 16_000
    value: int = 4_000
    name: int = 400
    attributes: int = 128
    events: int = 64
    age: int = 24 * 3600 * 10**6
    ahead: int = 600 * 10**6
    kept: int = 1_500 * 10**6


class Malformed(UsageError):
    """It cannot be read as OTLP."""


class TooLarge(UsageError):
    """More than one request may hold, as it came or decompressed."""


class Unreadable(UsageError):
    """A content type or encoding that is not known here."""
