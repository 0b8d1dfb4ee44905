"""What a deployment is made of. Frozen values only; all times are aware UTC."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.deployments.rates import Baseline, SlowRequest
from bot.ports.pipelines import Comparison, Run
from bot.ports.protection import HeldRun, Verdict

CAP = timedelta(hours=1)
"""What has not reported an end after this long is taken for lost: nobody else should wait for it."""


class Stage(StrEnum):
    """WAITING: its lease is queued. OPEN: the gate let it through, its lease is pinned, nothing has started.

    LOST: it never reported an end.
    """

    WAITING = "waiting"
    OPEN = "open"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def over(self) -> bool:
        return self not in {Stage.WAITING, Stage.OPEN, Stage.RUNNING}


class Doubt(StrEnum):
    """Whether its run began, when no answer came and none is found. ASKED: whoever deploys was asked whether to start
    it again. ANSWERED: they said so.
    """

    NONE = "none"
    ASKED = "asked"
    ANSWERED = "answered"


STOPPED_LATE = "nobody knows whether its run began, it is stopped when it shows"
"""Why one was not deployed that was cancelled before its run showed."""


class Watch(StrEnum):
    """What became of it after it was in place. NOT_YET: it is not, or is not watched. REPLACED: another version came
    while it was watched, so nothing more can be said of this one. ENDED: nor can it, or nobody can say how it is, for
    the reason that `why` tells.
    """

    NOT_YET = "not yet"
    WATCHING = "watching"
    GOOD = "good"
    RED = "red"
    REPLACED = "replaced"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Target:
    """One service in one environment, by their names in the catalog."""

    environment: str
    service: str

    def __str__(self) -> str:
        return f"{self.environment}/{self.service}"


@dataclass(frozen=True, slots=True)
class Held:
    """The lease under which it runs. taken: by the deployment itself, so it is given back when all is over.

    pinned: the lease waits for its end. until: when it ends if nothing keeps it.
    """

    lease_id: str
    token: str = ""
    taken: bool = False
    pinned: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Overridden:
    """Somebody let it through although the gate said no."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Observed:
    """The gate would have said no, and the service's gate only observes or warns. why: what spoke against it; holders:
    who holds the place.
    """

    why: str
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Complaint:
    """Errors in a service's log that came with a deployment. text: what one of them says, without secrets.

    at: when the first came. more: there were more than were counted.
    """

    service: str
    text: str
    count: int
    at: datetime
    trace_url: str = ""
    more: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """The vendor holds its run back until it is answered. said: the last that it was told, of `remarks` without a
    decision.
    """

    held: HeldRun
    answered: Verdict = ""
    said: str = ""
    remarks: int = 0


@dataclass(frozen=True, slots=True)
class Deployment:
    """One version of one service on its way to one environment.

    ref: what was asked for: a version, tag, branch or commit. version: what that turned out to be, as far as known.
    before: the version that ran there. by: a Slack user id, or `pipeline:<name>`. undoes: the deployment that this one
    rolls back. starting: the vendor was, or is being, asked to start a run, and has not said that it did not. commit:
    what its run runs, as far as known. looks: how often its run was looked at, or for. why: what went wrong, in words.
    seen: what the watch has seen, in words; doubts: what people should know though it did not turn red. complaints:
    errors that it found in logs. slow_requests: examples of what is slower. rates_url: where its rates are shown.
    baseline: what the watch compares with. bad_looks: at its health address, the latest ones in a row. ended_by: who
    cancelled it; too late, when it succeeded. rule: the vendor holds its run back. beside: what ran around it, and was
    well, when it was found good. back_to: the version to which one may go back, when it turned out badly. replaced_by,
    replaced_with: by whom, and with which version. reports: whoever began it deploys by itself, and says how it ends.
    key: the SHA-256, in hex, of what shows that a run is its run. revision: rises with each change.
    """

    id: str
    target: Target
    ref: str
    by: str
    opened_at: datetime
    stage: Stage = Stage.OPEN
    version: str = ""
    before: str = ""
    team: str | None = None
    via: str = "slack"
    note: str = ""
    undoes: str = ""
    held: Held | None = None
    overridden: Overridden | None = None
    observed: Observed | None = None
    run: Run | None = None
    starting: bool = False
    doubt: Doubt = Doubt.NONE
    commit: str = ""
    looks: int = 0
    changes: Comparison | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    watch: Watch = Watch.NOT_YET
    watch_until: datetime | None = None
    settled_at: datetime | None = None
    why: str = ""
    seen: tuple[str, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    slow_requests: tuple[SlowRequest, ...] = ()
    doubts: tuple[str, ...] = ()
    rates_url: str = ""
    baseline: Baseline | None = None
    bad_looks: int = 0
    ended_by: str = ""
    rule: Rule | None = None
    beside: Mapping[str, str] = field(default_factory=dict[str, str])
    back_to: str = ""
    replaced_by: str = ""
    replaced_with: str = ""
    reports: bool = False
    key: str = ""
    revision: int = 0

    @property
    def label(self) -> str:
        """What people call what is deployed."""
        return self.version or self.ref

    @property
    def touched(self) -> bool:
        """Whether it may have changed what runs there."""
        return self.stage is not Stage.WAITING and (self.reports or self.run is not None or self.starting)

    def brings(self, version: str) -> bool:
        """Whether that is what it deploys, by either of its names."""
        return bool(version) and version in (self.version, self.ref)


class Health(StrEnum):
    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """What the watch of what brought a version says of it. until: while it is watched. why: it is red."""

    watch: Watch
    until: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """What is seen to run. source: health, telemetry or announced, the earlier ones outranking the later.

    deployment: the one that brought it, if it is known. before: the version that was seen there last. asked: who
    was asked whether it was theirs. detail: what its health endpoint said when it was not well.
    down_since: while it is not well. told: who was told that it is not; told_at: when somebody was told that last.
    missed_since: from when on nobody looked, where it came while Signalbox did not run; `since` is when it was back.
    judged: for whoever looks at it; it is never stored here.
    """

    target: Target
    version: str
    since: datetime
    source: str
    health: Health = Health.UNKNOWN
    seen_at: datetime | None = None
    detail: str = ""
    deployment: str = ""
    by: str = ""
    down_since: datetime | None = None
    told: tuple[str, ...] = ()
    told_at: datetime | None = None
    before: str = ""
    asked: str = ""
    missed_since: datetime | None = None
    judged: Judged | None = None

    @property
    def sick(self) -> bool:
        """It does not answer well, or its watch has turned red."""
        return self.health is Health.DOWN or (self.judged is not None and self.judged.watch is Watch.RED)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to deploy. ref: a version, tag, branch or commit.

    wait: when it is not free, stand in line and begin when it is my turn. token: of the lease under which it is to run.
    override: why the gate is to let it through all the same. undoes: the deployment that this one rolls back.
    reports: the caller deploys by itself and says when it is done; nothing is started.
    held_run: the vendor holds its run back, and asks.
    """

    target: Target
    ref: str
    note: str = ""
    wait: bool = False
    token: str = ""
    override: str = ""
    undoes: str = ""
    reports: bool = False
    held_run: HeldRun | None = None


def deployment_id(request_id: str, target: Target) -> str:
    """The same for each repeat of a request. `D` and 8 characters of base32."""
    digest = hashlib.sha256(f"deploy\n{request_id}\n{target}".encode()).digest()
    return "D" + base64.b32encode(digest)[:8].decode()


BYPASS, SEEN, UNANNOUNCED = "bypass:", "seen", "run"
"""Via what a deployment came. SEEN: it was only seen, and owned up to. UNANNOUNCED: a run that asked no gate."""


def bypass_id(running: Running) -> str:
    """Of the question whose it was that a version appeared: the same however often it is seen."""
    digest = hashlib.sha256(f"{running.target}\n{running.version}\n{running.since.isoformat()}".encode()).digest()
    return f"{BYPASS}D" + base64.b32encode(digest)[:8].decode()
