"""What people must be told of runs of suites."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FailedFacts:
    """A test that failed, and the first line of what it said. Both come from outside. trace: a page with its requests,
    empty without one. known: as of bot.suites.values.FailedTest.
    """

    name: str
    message: str = ""
    trace: str = ""
    known: str = ""


@dataclass(frozen=True, slots=True)
class BrokeFacts:
    """A cause that it met, as its case knows it. says: from outside; tests: that it struck. down: services that do not
    answer, where that is why. page_url: of its case.
    """

    says: str
    service: str = ""
    tests: int = 0
    down: tuple[str, ...] = ()
    page_url: str = ""


@dataclass(frozen=True, slots=True)
class ExcusedFacts:
    """A test that failed, and yet its run is not red for it: it has passed then, or is quarantined until then.

    times: it failed so often in this run; failures, tries: of this cause in all runs that are remembered.
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
class WholeFacts:
    """The newest run of all of a suite, beside which one of a part of it is read. verdict: passed, failed."""

    run_id: str
    number: int
    verdict: str
    total: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run of a suite as a reader sees it. Times are aware UTC.

    stage: waiting, open, running, reading, over. verdict: passed, failed, infrastructure, cancelled, skipped; empty
    before its end. total, passed, failed, skipped: tests so far; flaky ones passed in the end. only: how many tests it
    repeats, 0 for all; failed_in: the runs in which these failed. repeats: the number of the run that it repeats.
    since: what had changed by then; None where nobody knows.
    expected: how long it takes, in seconds; 0 when nobody knows. seen: up to when `total` and its like are known.
    excused: the first tests that failed and do not turn it red; quarantined: how many are for that reason.
    """

    run_id: str
    number: int
    suite: str
    environment: str
    by: str
    trigger: str
    stage: str
    opened: datetime
    verdict: str = ""
    attempt: int = 1
    repeats: int = 0
    only: int = 0
    failed_in: tuple[int, ...] = ()
    parameters: tuple[str, ...] = ()
    ref: str = ""
    total: int = 0
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    flaky: int = 0
    failures: tuple[FailedFacts, ...] = ()
    since: tuple[str, ...] | None = None
    lease_id: str = ""
    lease_taken: bool = False
    started: datetime | None = None
    ended: datetime | None = None
    seen: datetime | None = None
    expected: int = 0
    url: str = ""
    pipeline: str = ""
    why: str = ""
    ended_by: str = ""
    excused: tuple[ExcusedFacts, ...] = ()
    quarantined: int = 0
    known: tuple[tuple[str, int], ...] = ()
    """Issues, and how many tests failed of each."""

    page_url: str = ""
    """Where all that is known of it stands."""

    broke: tuple[BrokeFacts, ...] = ()
    """What it met, the most tests first."""

    part: bool = False
    """It repeats what failed, and nothing else; `whole` is what is known of the rest."""

    whole: WholeFacts | None = None

    @property
    def done(self) -> int:
        return self.passed + self.failed + self.skipped


@dataclass(frozen=True, slots=True)
class SuiteCard:
    """The run's one message to whoever started it, edited in place while it goes on."""

    run: RunFacts


@dataclass(frozen=True, slots=True)
class SuiteEnded:
    """To whoever started it: what came of it. An edit of the card notifies nobody."""

    run: RunFacts
