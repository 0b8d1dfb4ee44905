"""What notices and views say of leases and places: plain facts, whatever the room that knows them is made of.

All times are aware UTC. Text fields hold what people typed, unescaped: the renderer escapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

OfferOutcome = Literal[
    "accepted", "passed", "lapsed", "dropped", "left", "pressed", "later", "away", "taken", "missed", "served"
]
"""dropped: lapsed for the second time. missed: a booking nobody came for. served: somebody has given it to them."""


@dataclass(frozen=True, slots=True)
class LeaseFacts:
    """A lease as a reader sees it.

    minutes: the length asked for; once ended, how long it was held. asked_seconds: what was asked for, in any case.
    claim_minutes: how long an offer waits. remind_minutes: how long before the end a reminder comes.
    place counts from 1; eta_from and eta_to are a range; both are set while waiting.
    resources: what it is about instead of services. wish: `any:<label> x2`, until something is chosen.
    begins: of a booking. again: while it waits and is not asked before then. ready: it has accepted in advance.
    paused: its time stands still. kept_until: its end has passed, and a run keeps it until then at the latest.
    held: to be left as it is. pipeline: nobody's; it lives by heartbeats, until `ends` without another one, until
    `latest` if they go on. rank: 1 incident, 2 hotfix, 0 first of all.
    """

    lease_id: str
    version: int
    person: str
    environment: str
    services: tuple[str, ...]
    mode: Literal["exclusive", "shared"]
    status: str
    reason: str
    asked: datetime
    minutes: int
    claim_minutes: int = 5
    remind_minutes: int = 10
    started: datetime | None = None
    ends: datetime | None = None
    claim_by: datetime | None = None
    place: int | None = None
    eta_from: datetime | None = None
    eta_to: datetime | None = None
    token: str | None = None
    resources: tuple[str, ...] = ()
    wish: str = ""
    team: str | None = None
    purpose: str = ""
    begins: datetime | None = None
    again: datetime | None = None
    ready: bool = False
    paused: bool = False
    kept_until: datetime | None = None
    held: bool = False
    pipeline: bool = False
    rank: int = 3
    asked_seconds: int = 0
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class ConditionFacts:
    """A place that is down or degraded, and what is known about it. eta: when it may be well again."""

    scope: str
    kind: Literal["down", "degraded"]
    reason: str
    by: str
    since: datetime
    eta: datetime | None = None


@dataclass(frozen=True, slots=True)
class FreezeFacts:
    """A time in which nobody new gets it exclusively. planned: the catalog says so, not a person."""

    id: str
    scope: str
    start: datetime
    end: datetime
    reason: str
    by: str
    planned: bool = False


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """One commit between the version before and the new one. author: a name, which may come from outside."""

    hash: str
    subject: str
    author: str


@dataclass(frozen=True, slots=True)
class OutageFacts:
    """A service that does not answer well, or does again. at: since when. detail: what it said instead."""

    environment: str
    service: str
    version: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ComplaintFacts:
    """Errors in a service's log: what one of them says, and how many there were; more: at least so many."""

    service: str
    text: str
    count: int
    trace_url: str = ""
    more: bool = False


@dataclass(frozen=True, slots=True)
class SlowRequestFacts:
    """One of the requests that make a service slower. name: what was asked of it."""

    service: str
    name: str
    took: timedelta
    trace_url: str


@dataclass(frozen=True, slots=True)
class DeploymentFacts:
    """A deployment as a reader sees it. scope: `environment/service`.

    stage: waiting, open, running, succeeded, failed, cancelled, lost. watch: not yet, watching, good, red, replaced,
    ended. changes: the newest commits of `changed` in all. place, eta_from, eta_to: while it waits for its turn.
    observed: why the gate would have said no, where it only observes. why: what went wrong.
    seen: what the watch has seen, line by line. doubts: what people should know though it is not red. complaints:
    errors that are new in the logs, the most frequent first. slow_requests: one of each service that is slower.
    logs_url, traces_url: of these minutes. beside: what ran around it, `service version`. unannounced: a
    run of its pipeline that did not ask the gate.
    replaced_by, replaced_with: by whom, and with which version; of one that was not well, that is its roll back.
    """

    deployment_id: str
    environment: str
    service: str
    version: str
    by: str
    stage: str
    opened: datetime
    before: str = ""
    note: str = ""
    lease_id: str = ""
    lease_taken: bool = False
    lease_until: datetime | None = None
    overridden_by: str = ""
    overridden_reason: str = ""
    observed: str = ""
    undoes: str = ""
    pipeline_url: str = ""
    pipeline_name: str = ""
    changes: tuple[ChangeFacts, ...] = ()
    changed: int = 0
    compare_url: str = ""
    started: datetime | None = None
    finished: datetime | None = None
    watch: str = "not yet"
    watch_until: datetime | None = None
    settled: datetime | None = None
    why: str = ""
    seen: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    complaints: tuple[ComplaintFacts, ...] = ()
    slow_requests: tuple[SlowRequestFacts, ...] = ()
    rates_url: str = ""
    logs_url: str = ""
    traces_url: str = ""
    ended_by: str = ""
    beside: tuple[str, ...] = ()
    unannounced: bool = False
    replaced_by: str = ""
    replaced_with: str = ""

    @property
    def scope(self) -> str:
        return f"{self.environment}/{self.service}"
