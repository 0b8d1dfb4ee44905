"""What a run of a suite is made of. Frozen values only; all times are aware UTC."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.catalog.suite_values import WhenHeld
from bot.ports.pipelines import Run, RunState


class Stage(StrEnum):
    """WAITING: its lease is queued. OPEN: nothing has started yet. READING: its pipeline has ended, and its report is
    waited for. OVER: `verdict` says how it ended.
    """

    WAITING = "waiting"
    OPEN = "open"
    RUNNING = "running"
    READING = "reading"
    OVER = "over"


class Verdict(StrEnum):
    """INFRASTRUCTURE: it could not be carried out, or was killed, which says nothing of what was tested.

    SKIPPED: it was due, and the place was held; or every one of its tests was skipped.
    """

    NONE = ""
    PASSED = "passed"
    FAILED = "failed"
    INFRASTRUCTURE = "infrastructure"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


class Trigger(StrEnum):
    PERSON = "person"
    PIPELINE = "pipeline"
    SCHEDULE = "schedule"
    DEPLOYMENT = "deployment"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Place:
    """Where it runs: some services of an environment, or with none named all of them."""

    environment: str
    services: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """The lease under which it runs. taken: for this run, so it is given back with its end. pinned: it waits for it."""

    lease_id: str
    taken: bool = False
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Tests by how they ended. total: as many as there are; more than the rest together while it goes on. flaky: they
    failed first and passed then, and count as passed.
    """

    total: int = 0
    passed: int = 0
    failed: int = 0
    errors: int = 0
    skipped: int = 0
    flaky: int = 0

    @property
    def done(self) -> int:
        return self.passed + self.failed + self.errors + self.skipped

    @property
    def red(self) -> int:
        return self.failed + self.errors


@dataclass(frozen=True, slots=True)
class FailedTest:
    """message: its first line. trace: a page with its requests, empty without one. known: as what known issue, empty
    where it is none.
    """

    name: str
    message: str = ""
    trace: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class KnownIssue:
    """A ticket, or whatever it is known as, and how many tests failed of it."""

    words: str
    tests: int


@dataclass(frozen=True, slots=True)
class Broke:
    """A cause that a run met, as its case knows it. says: in one line; service: where it comes from, as far as is
    known; tests: that it struck in this run. down: services that do not answer, where that is why.
    """

    case: str
    says: str
    service: str = ""
    tests: int = 0
    down: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExcusedTest:
    """A test that failed and turns its run not red: it is quarantined, or has passed when it was tried again.

    key, cause: as cases know the test and of what it failed. times: it failed so often in this run; failures, tries: of
    this cause in all runs that are remembered, this one included. owner, until: of its quarantine.
    """

    name: str
    key: str
    cause: str
    times: int
    failures: int
    tries: int
    passed_then: bool = False
    owner: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Excused:
    """quarantined: ids of tests that failed in the end. known: by the ids of tests that failed, as what that is known;
    they turn a run red all the same.
    """

    tests: tuple[ExcusedTest, ...] = ()
    quarantined: frozenset[str] = frozenset()
    known: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def issues(self) -> tuple[KnownIssue, ...]:
        """What most failed of comes first."""
        return tuple(KnownIssue(*each) for each in Counter(self.known.values()).most_common())


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One attempt of one suite in one environment.

    number: what people call it. by: a Slack user id, `pipeline:<name>`, or `system`. parent: the id of the attempt that
    this one repeats; origin: of the first one. only: the failed tests that it repeats, as its pipeline is told them;
    empty for all; failed_in: numbers of the runs in which they failed. ref: the branch of the tests, commit: theirs.
    deploy_set: service to version, as they ran at its start. since: what had changed by then since the attempt before;
    None where nobody knows. deployment: the one after which it runs.
    run: at its vendor. again: the vendor runs the failed jobs of that run again, as this attempt of its own count.
    starting: the vendor was, or is being, asked to start it. looks: how often it was looked at.
    live, seen_at: how far it was, and when.
    ended_as, ended_at: how and when its pipeline ended; finished_at: when that was understood. why: what went wrong, in
    words. failed: the first tests that failed. repeats: the number of `parent`. revision: rises with each change.
    excused: the first tests that failed and do not turn it red; quarantined: how many are for that reason.
    known: issues of which some failed. interrupted: there was nothing to test for a while, so what failed says
    nothing. printed: of one without a report, how its pipeline ended and its last lines, without secrets.
    """

    id: str
    number: int
    suite: str
    environment: str
    by: str
    opened_at: datetime
    trigger: Trigger = Trigger.PERSON
    stage: Stage = Stage.OPEN
    verdict: Verdict = Verdict.NONE
    attempt: int = 1
    parent: str = ""
    origin: str = ""
    only: tuple[str, ...] = ()
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    ref: str = ""
    commit: str = ""
    team: str | None = None
    via: str = "slack"
    deploy_set: Mapping[str, str] = field(default_factory=dict[str, str])
    since: tuple[str, ...] | None = None
    deployment: str = ""
    held: Held | None = None
    run: Run | None = None
    again: int = 0
    starting: bool = False
    looks: int = 0
    live: Counts = field(default_factory=Counts)
    counts: Counts | None = None
    expected: timedelta | None = None
    started_at: datetime | None = None
    seen_at: datetime | None = None
    ended_as: RunState | None = None
    ended_at: datetime | None = None
    finished_at: datetime | None = None
    failed: tuple[FailedTest, ...] = ()
    repeats: int = 0
    why: str = ""
    ended_by: str = ""
    revision: int = 0
    broke: tuple[Broke, ...] = ()
    """What it met, as cases know it, the most tests first."""

    excused: tuple[ExcusedTest, ...] = ()
    quarantined: int = 0
    failed_in: tuple[int, ...] = ()
    known: tuple[KnownIssue, ...] = ()
    interrupted: bool = False
    printed: str = ""

    @property
    def over(self) -> bool:
        return self.stage is Stage.OVER

    @property
    def red(self) -> bool:
        return self.verdict in (Verdict.FAILED, Verdict.INFRASTRUCTURE)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to run. ref: the branch of the tests, where it is not the usual one.

    when_held: what to do while somebody holds the place exclusively; None asks for nothing but what the suite needs.
    """

    suite: str
    environment: str
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    ref: str = ""
    trigger: Trigger = Trigger.PERSON
    deployment: str = ""
    when_held: WhenHeld | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the tests that failed. name: the same for the same tests. has: whether a test is one, by its id.

    also: ids of other runs, in which some of them failed.
    """

    name: str
    has: Callable[[str], bool]
    also: tuple[str, ...] = ()


def run_id(request_id: str, suite: str, environment: str) -> str:
    """The same for each repeat of a request. `R` and 8 characters of base32."""
    return _id("run", request_id, suite, environment)


def retry_id(parent: str, part: Part | None = None) -> str:
    """Of the attempt that follows another: the same whoever asks for it, and however often."""
    return _id("retry", parent, *([part.name] if part else []))


def _id(*parts: str) -> str:
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return "R" + base64.b32encode(digest)[:8].decode()


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...] | None:
    """`payments 1.5.0 -> 1.5.1`, for each service that has another version; None where either are not known."""
    if not before or not after:
        return None
    names = sorted({*before, *after})
    changed = (name for name in names if before.get(name) != after.get(name))
    return tuple(f"{name} {before.get(name) or 'unknown'} -> {after.get(name) or 'gone'}" for name in changed)
