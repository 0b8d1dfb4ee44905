"""Where logs, traces and metrics are read from. One implementation per vendor, and the embedded store.

Every call raises IntegrationError when the source says no or is away. Links are absolute in time: they show tomorrow
what they show today. Texts come from outside: they are data, to be escaped by whoever shows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

T = TypeVar("T")
S_co = TypeVar("S_co", covariant=True)

Attributes = Mapping[str, str]
"""Names and values, values as text."""


def no_attributes() -> Attributes:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to before `end`, aware UTC."""

    start: datetime
    end: datetime


class Level(IntEnum):
    """The first number of each range of OpenTelemetry's SeverityNumber (opentelemetry.io, logs data model)."""

    TRACE = 1
    DEBUG = 5
    INFO = 9
    WARN = 13
    ERROR = 17
    FATAL = 21


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """What a search found. more: there is more than the limit let through.

    until: where it stopped to look, when that is before the window is through; there may be more behind it.
    """

    items: tuple[T, ...]
    more: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogQuery:
    """services: by the names that the source uses; none means all. text: found anywhere in the message, whatever the
    letter case. newest_first: else oldest first. bare: attributes may be left out, which is quicker.
    """

    window: Window
    services: tuple[str, ...] = ()
    environment: str = ""
    level: Level | None = None
    text: str = ""
    trace_id: str = ""
    limit: int = 200
    newest_first: bool = True
    bare: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """trace_id and span_id: lower-case hex, empty when the line belongs to no trace."""

    at: datetime
    service: str
    level: Level
    message: str
    trace_id: str = ""
    span_id: str = ""
    attributes: Attributes = field(default_factory=no_attributes)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event inside a span, such as an exception."""

    at: datetime
    name: str
    attributes: Attributes = field(default_factory=no_attributes)


@dataclass(frozen=True, slots=True)
class Span:
    """kind: internal, server, client, producer, consumer. parent_id: empty for the root of a trace."""

    trace_id: str
    span_id: str
    parent_id: str
    service: str
    name: str
    kind: str
    start: datetime
    duration: timedelta
    failed: bool = False
    status: str = ""
    environment: str = ""
    version: str = ""
    attributes: Attributes = field(default_factory=no_attributes)
    events: tuple[Happened, ...] = ()


@dataclass(frozen=True, slots=True)
class SpanQuery:
    """roots_only: spans that a request begins with. served_only: requests that a service served, whoever called it.
    slower_than: those that took at least so long. bare: as of LogQuery, and so may events.
    """

    window: Window
    services: tuple[str, ...] = ()
    environment: str = ""
    name: str = ""
    failed_only: bool = False
    roots_only: bool = False
    served_only: bool = False
    slower_than: timedelta | None = None
    limit: int = 200
    bare: bool = False


@dataclass(frozen=True, slots=True)
class RatePoint:
    """Served requests in one step of time, and how long they took; latencies are None when there were none."""

    at: datetime
    requests: int
    errors: int
    p50: timedelta | None = None
    p95: timedelta | None = None
    p99: timedelta | None = None


@dataclass(frozen=True, slots=True)
class RateQuery:
    window: Window
    service: str
    environment: str = ""
    step: timedelta = field(default=timedelta(seconds=60))


MOST_RESOURCES = 40
"""Series of one answer, unless fewer are asked for."""


@dataclass(frozen=True, slots=True)
class ResourceQuery:
    """most: series, those that tell most of what a service uses up. Of each there is a point per step at most."""

    window: Window
    service: str
    environment: str = ""
    step: timedelta = field(default=timedelta(seconds=60))
    most: int = MOST_RESOURCES


@dataclass(frozen=True, slots=True)
class Amount:
    """How much it was in the step that begins then, on average over the service's instances."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class ResourceSeries:
    """How much of one resource a service uses, over time: memory, CPU, threads, open files, connections, queues, ...

    metric: as the source names it, and in brackets the state of which it is, where states are told apart:
    `db.client.connection.count[used]`. unit: as OpenTelemetry has it (By, s, 1, {thread}); what counts from a beginning
    on is told by the second, so that CPU time is `s/s`. amounts: oldest first; none of a step of which none is known.
    """

    metric: str
    unit: str
    step: timedelta
    amounts: tuple[Amount, ...]
    link: str = ""


class LogSource(Protocol):
    async def logs(self, query: LogQuery) -> Found[LogLine]: ...

    def logs_link(self, query: LogQuery) -> str:
        """A page that shows the same lines; empty when the source has none."""
        ...


class TraceSource(Protocol):
    async def trace(self, trace_id: str, around: Window) -> tuple[Span, ...]:
        """Every span of it, by start; empty when the source does not have it."""
        ...

    async def spans(self, query: SpanQuery) -> Found[Span]:
        """Newest first."""
        ...

    def trace_link(self, trace_id: str, at: datetime) -> str: ...

    def spans_link(self, query: SpanQuery) -> str:
        """A page that shows the same; empty when the source has none."""
        ...


class MetricSource(Protocol):
    async def rates(self, query: RateQuery) -> tuple[RatePoint, ...]:
        """One point per step, oldest first; steps without requests have zero."""
        ...

    def rates_link(self, query: RateQuery) -> str: ...

    async def resources(self, query: ResourceQuery) -> tuple[ResourceSeries, ...]:
        """Empty where the source knows none of this service."""
        ...


@dataclass(frozen=True, slots=True)
class Known(Generic[S_co]):
    """A source by its name. names: whose names of services it uses, as the catalog's aliases call it."""

    name: str
    names: str
    source: S_co


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask: what was set up, and last what is sent to this Signalbox, which is always there."""

    logs: tuple[Known[LogSource], ...]
    traces: tuple[Known[TraceSource], ...]
    metrics: tuple[Known[MetricSource], ...]
