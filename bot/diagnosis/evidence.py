"""What is known about a failure: what was observed then, what was observed in health, and what was changed. Pure.

Times are unix seconds, UTC. Every item has an id, by which a finding names it, and a link to where it can be seen
(for a case in files: the file and the line).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec


class Window(msgspec.Struct, frozen=True):
    """From `start` to before `end`."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return max(0.0, self.end - self.start)


class Item(msgspec.Struct, frozen=True):
    """What a finding rests on: where and when it was observed. link: where it can be seen."""

    id: str
    time: float
    service: str
    link: str = ""


class Span(msgspec.Struct, frozen=True, gc=False):
    """duration: milliseconds. parent_id: empty for a root. A failure holds a hundred thousand of these, so they are
    structs that the garbage collector need not follow.
    """

    time: float
    trace_id: str
    span_id: str
    parent_id: str
    service: str
    operation: str
    duration: float
    failed: bool = False
    link: str = ""

    @property
    def item(self) -> Item:
        return Item(f"span:{self.trace_id}/{self.span_id}", self.time, self.service, self.link)


class Line(msgspec.Struct, frozen=True, gc=False):
    """A line of a log. level: upper case, as the sender writes it. id: empty where its link is of this line alone."""

    time: float
    service: str
    level: str
    message: str
    trace_id: str = ""
    link: str = ""
    id: str = ""

    @property
    def item(self) -> Item:
        name = self.id or self.link or f"{self.service}@{self.time:.3f}"
        return Item(f"log:{name}", self.time, self.service, self.link)


class Series(msgspec.Struct, frozen=True):
    """Values of one metric of one service, by time. times, in order, and values are of one length. unit: as of
    `quantities`; empty where it is not known.
    """

    service: str
    metric: str
    times: Sequence[float]
    values: Sequence[float]
    link: str = ""
    unit: str = ""

    @property
    def item(self) -> Item:
        return Item(
            f"metric:{self.service}/{self.metric}", self.times[0] if self.times else 0.0, self.service, self.link
        )


class Deployment(msgspec.Struct, frozen=True):
    """time: when it began to be deployed. finished: when that was done; 0 where nobody knows. before: the version that
    ran there, empty where nobody knows it.
    """

    time: float
    service: str
    version: str = ""
    commit: str = ""
    link: str = ""
    before: str = ""
    finished: float = 0.0

    @property
    def came(self) -> float:
        """The one moment from which people and models are told how long ago it came."""
        return max(self.time, self.finished)

    @property
    def item(self) -> Item:
        return Item(
            f"deployment:{self.service}@{self.version or self.commit or f'{self.time:.0f}'}",
            self.came,
            self.service,
            self.link,
        )


class Commit(msgspec.Struct, frozen=True):
    """diff: unified, empty when it is not known; it may hold secrets. time: 0 when it is not known. deployment: the id
    of the item by which it came, where that is told. author: by name.
    """

    sha: str
    time: float = 0.0
    message: str = ""
    files: tuple[str, ...] = ()
    diff: str = ""
    link: str = ""
    deployment: str = ""
    author: str = ""

    @property
    def item(self) -> Item:
        return Item(f"commit:{self.sha}", self.time, "", self.link)


class Alert(msgspec.Struct, frozen=True):
    """What somebody or something complained of."""

    service: str = ""
    metric: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """What the sources hold of one window. lines_seen: how many lines there were; `lines` may be a sample of them."""

    window: Window
    spans: tuple[Span, ...] = ()
    lines: tuple[Line, ...] = ()
    series: tuple[Series, ...] = ()
    lines_seen: int = 0

    @property
    def sources(self) -> tuple[str, ...]:
        held = {"traces": self.spans, "logs": self.lines, "metrics": self.series}
        return tuple(name for name, items in held.items() if items)


@dataclass(frozen=True, slots=True)
class Evidence:
    """faulty: from the fault on. references: fault-free windows, the one to trust most first.

    entry: the service that requests come in through. remarks: what is said aloud about what is missing or sampled.
    away: sources that were asked and did not answer, or not all of it. changed: services that ran in another version in
    health. pointed: traces of what failed, of all that is in the faulty window. somewhere: the faulty window is only a
    time that somebody asked about, and the fault began somewhere within it. services: of the catalog, in whatever
    environment, also those of which nothing was observed. compared: with what, in words, where not with what the
    question says.
    """

    faulty: Observed
    references: tuple[Observed, ...]
    entry: str = ""
    alert: Alert = field(default_factory=Alert)
    deployments: tuple[Deployment, ...] = ()
    commits: tuple[Commit, ...] = ()
    remarks: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    pointed: tuple[str, ...] = ()
    somewhere: bool = False
    services: tuple[str, ...] = ()
    compared: str = ""
