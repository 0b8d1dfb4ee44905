"""What people must be told of cases: what broke, who looks into it, and that it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LISTED = 4
"""Causes that a message lists; all of them stand in a file."""

How = Literal["met", "recovered", "reopened", "closed", "ruled", "undone", "moved", "moved back", "retried", "skipped"]


@dataclass(frozen=True, slots=True)
class CameFacts:
    """A deployment that the evidence speaks of. sure: nothing else can have brought it."""

    deployment_id: str
    service: str
    version: str
    before: str = ""
    at: datetime | None = None
    by: str = ""
    sure: bool = False
    count: int = 0
    """Failures that may have met it, where it came while the run went on."""


@dataclass(frozen=True, slots=True)
class RuledFacts:
    """What a person said of a cause. says: known issue, quarantine, merge, split, not flaky. words: a ticket, a reason,
    or what it is the same as. owner: who looks after what is quarantined.
    """

    rule_id: str
    says: str
    by: str
    words: str = ""
    owner: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a failed test left. kind: trace (of Playwright), video, screenshot. url: where it is, or leads there."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class PointedFacts:
    """Where the evidence points to. confidence: high, medium, low. right, of: how often such answers were right here,
    of those judged; sure: often enough for "high" to be said. by: who has said that it is right. links: kinds of
    evidence with a page each. url: where all of it stands. back: because of it the service may be rolled back.
    """

    service: str
    confidence: str
    right: int = 0
    of: int = 0
    sure: bool = False
    by: str = ""
    links: tuple[tuple[str, str], ...] = ()
    url: str = ""
    back: bool = False


@dataclass(frozen=True, slots=True)
class CauseFacts:
    """says, names, excerpt: from outside, without secrets. count: tests that it strikes. seen_in: of `of` earlier runs.

    verdict: as bot.failures.verdict names them. unclear: tests that may have met what came while the run went on.
    suite_commit: of the tests, where those have changed. traces: pages that show the requests of the tests in `names`,
    empty where there is none. service_by: who said that it comes from there. run: the id of the one that met it
    last.
    """

    says: str
    service: str
    count: int
    verdict: str
    names: tuple[str, ...] = ()
    excerpt: str = ""
    seen_in: int = 0
    of: int = 0
    suspects: tuple[CameFacts, ...] = ()
    lately: tuple[CameFacts, ...] = ()
    held: bool = False
    """Of what nothing explains: what came within a day before, and whether the tests have passed on that."""

    during: tuple[CameFacts, ...] = ()
    suite_commit: str = ""
    down: tuple[str, ...] = ()
    unreachable: int = 0
    unclear: int = 0
    green: bool = False
    traces: tuple[str, ...] = ()
    cause_id: str = ""
    service_by: str = ""
    ruled: RuledFacts | None = None
    run: str = ""
    files: tuple[tuple[FileFacts, ...], ...] = ()
    """Of the tests in `names`."""

    skipped_in: int = 0
    skipped: int = 0
    """The number of a run that skipped so many of its tests, where none since has tried them."""

    untraced: int = 0
    silent: tuple[str, ...] = ()
    """Where nobody can say whence it comes: how many of its tests have no trace, and which services no logs."""

    pointed: PointedFacts | None = None

    @property
    def trace(self) -> str:
        """The first that there is."""
        return next(filter(None, self.traces), "")


@dataclass(frozen=True, slots=True)
class RetryFacts:
    """What failed runs again, as the run with that number. tests: that it repeats, 0 where only its vendor knows which;
    whole: all of its suite. stage: as of RunFacts. done, failed: of its tests by now. minutes: that it still takes,
    about; None when nobody can say. since: what changed until it began, None where nobody knows.
    """

    number: int
    by: str
    attempt: int = 2
    tests: int = 0
    whole: bool = False
    stage: str = "open"
    done: int = 0
    failed: int = 0
    minutes: int | None = None
    began: bool = False
    since: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as a reader sees it. Times are aware UTC.

    kind: failures, outage. number, url: of the run that opened it; total: tests of that run. last_id, last_number,
    last_failed: the newest run that met it; numbers: of the last few that did. lookers: who looks into it, and since
    when. retry: what runs again of it. closed_by: a person; empty when it was green again, in the run with the number
    closed_in. since: what was deployed between; same: it is known that the same versions ran. settled: it is closed
    since all that is red in it is known, quarantined, or part of another. known: tickets of known issues that its first
    run met too; quarantined: tests that failed there and turn nothing red. page_url: where all of it stands in the
    order of time.
    """

    case_id: str
    kind: str
    suite: str
    environment: str
    opened: datetime
    number: int
    total: int
    causes: tuple[CauseFacts, ...]
    last_id: str
    last_number: int
    last_failed: int
    last_at: datetime
    url: str = ""
    met: int = 1
    numbers: tuple[int, ...] = ()
    lookers: tuple[tuple[str, datetime], ...] = ()
    retry: RetryFacts | None = None
    closed: datetime | None = None
    closed_by: str = ""
    closed_in: int = 0
    since: tuple[CameFacts, ...] = ()
    same: bool = False
    reopened: int = 0
    green_from: datetime | None = None
    """Of what is back: when it was green again before."""

    logs_url: str = ""
    traces_url: str = ""
    settled: bool = False
    known: tuple[str, ...] = ()
    quarantined: int = 0
    page_url: str = ""
    run_url: str = ""
    """The page of the newest run that met it."""

    last_total: int = 0
    still: tuple[tuple[int, int], ...] = ()
    """Tests of the newest run that met it; by the numbers of earlier ones, how many of what is red only these met."""

    answers: bool = False
    """Nearly all failed, and yet the environment answered when it was asked."""

    @property
    def unclear(self) -> int:
        """Tests of which nobody can say against which version they failed."""
        return sum(cause.unclear for cause in self.causes if not cause.green)

    @property
    def failing(self) -> int:
        """Tests that it strikes now."""
        return sum(cause.count for cause in self._red)

    @property
    def _red(self) -> list[CauseFacts]:
        return [cause for cause in self.causes if not (cause.green or cause.ruled)]


@dataclass(frozen=True, slots=True)
class CaseCard:
    """The case's one message in the environment's channel, edited in place."""

    case: CaseFacts


@dataclass(frozen=True, slots=True)
class CaseEvidence:
    """The first reply in its thread: what the tests said. owners: people and groups that the evidence points to."""

    case: CaseFacts
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseCauses:
    """A reply in its thread: every cause in a file, where they are more than a message lists."""

    case: CaseFacts


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A later reply: what has become of it. by: whose hand it was; empty when it was a run. cause: which one was spoken
    of, as it is now or, where a rule was taken back, as it was. owners: who is called because of it. run: the number of
    the one that repeated what failed, or skipped it.
    """

    case: CaseFacts
    how: How
    by: str = ""
    cause: CauseFacts | None = None
    owners: tuple[str, ...] = ()
    run: int = 0
