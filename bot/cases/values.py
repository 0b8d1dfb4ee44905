"""What a case is made of. Frozen values only; all times are aware UTC."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.cases.claims import Claim
from bot.cases.journal import Entry
from bot.cases.pointed import Pointed
from bot.cases.still import StillRed
from bot.failures.rules import Says
from bot.failures.situation import Deployed
from bot.failures.verdict import Verdict
from bot.suites.left import Left


class Kind(StrEnum):
    """FAILURES: what broke tests of one suite in one environment. OUTAGE: the environment itself is down."""

    FAILURES = "failures"
    OUTAGE = "outage"


@dataclass(frozen=True, slots=True)
class Place:
    """Where causes are told apart: a suite in an environment."""

    suite: str
    environment: str


@dataclass(frozen=True, slots=True)
class RunRef:
    """As a case remembers it. at: its end. failed: of total tests. versions: what stands for them, if known."""

    id: str
    number: int
    at: datetime
    total: int = 0
    failed: int = 0
    attempt: int = 1
    started: datetime | None = None
    url: str = ""
    versions: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A deployment that the evidence speaks of. sure: its service is where the failure began, or it is the only one."""

    deployment: Deployed
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a verdict rests on. seen_in: of the `of` earlier runs.

    suspects: since when the tests fail, the likelier first. lately: of what nothing explains, what came within a day
    before on its path. during: what came while the run went on, and how many of its failures may have met it.
    passed_at: when any of the tests passed last. suite_commits: of the tests, before and now. flaked: how often the
    first of its tests failed, of how many tries, where it is flaky. down: services that do not answer; unreachable:
    tests that ended in connections that could not be made. known_as: the ticket or the reason of a known issue.
    """

    verdict: Verdict
    seen_in: int = 0
    of: int = 0
    suspects: tuple[Suspect, ...] = ()
    lately: tuple[Suspect, ...] = ()
    during: tuple[tuple[Deployed, int], ...] = ()
    passed_at: datetime | None = None
    suite_commits: tuple[str, str] | None = None
    flaked: tuple[int, int] | None = None
    down: tuple[str, ...] = ()
    unreachable: int = 0
    known_as: str = ""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a person said of a cause, by the rule with that id. words: a ticket, a reason, or what it is the same as.

    owner: who looks after what is quarantined.
    """

    rule: str
    says: Says
    by: str
    words: str = ""
    owner: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Struck:
    """A cause as one run met it. says: what a test said, in one line without secrets; excerpt: more of it.

    service: where it comes from, as far as the evidence goes, or as a person said (service_by). tests: keys of all
    tests that it struck, in several runs, until they pass; names: the first of the newest run's in words, those with
    traces before others; traces: pages with the requests of these, empty without one. unclear: keys of tests that may
    have met a version that came while the run went on.
    """

    id: str
    says: str
    tests: tuple[str, ...]
    names: tuple[str, ...]
    evidence: Evidence
    service: str = ""
    excerpt: str = ""
    traces: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    files: tuple[tuple[Left, ...], ...] = ()
    """Traces of Playwright, videos and screenshots of the tests in `names`."""

    untraced: int = 0
    silent: tuple[str, ...] = ()
    """Where nobody can say whence it comes: how many of its tests have no trace, and which services no logs."""

    green: bool = False
    """Every test that it struck has passed since."""

    skipped_in: int = 0
    skipped: int = 0
    """The number of the first run since it was met that skipped what it struck, and how many tests those were."""

    service_by: str = ""
    moved_from: tuple[tuple[str, str], ...] = ()
    """`service` and `service_by` as they were before each time that a person said otherwise, the latest last."""

    ruled: Ruled | None = None
    run: str = ""
    number: int = 0
    """Of that run; empty and 0 where it is not remembered."""

    still: tuple[StillRed, ...] = ()
    """Those of its tests that only earlier runs met."""

    pointed: Pointed | None = None

    @property
    def settled(self) -> bool:
        """Nobody need look into it any more."""
        return self.green or self.ruled is not None


@dataclass(frozen=True, slots=True)
class Looker:
    person: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Retrying:
    """Somebody has what failed run again: the run with that number, and how far that is.

    tests: that it repeats, 0 where its vendor knows which; whole: all of its suite. stage: of the run. done, failed: of
    its tests by now. left: how long it still takes, in whole minutes; None when nobody can say. began: it was started,
    and since: what changed until then, None where nobody knows.
    """

    by: str
    number: int
    attempt: int = 2
    tests: int = 0
    whole: bool = False
    stage: str = "open"
    done: int = 0
    failed: int = 0
    left: timedelta | None = None
    began: bool = False
    since: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """by: a person; empty when it was green again, in `run`. since: what changed after it was met last.

    rule: the one by which all that is red in it was settled. same: it is known that the same versions ran.
    """

    at: datetime
    by: str = ""
    run: RunRef | None = None
    since: tuple[Deployed, ...] = ()
    rule: str = ""
    same: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """An open item: the causes that one run newly opened, until they are gone.

    first: the run that opened it; last: the newest that met it; met: how many did. numbers: of the last few of them.
    lookers: who looks into it, the first first. waiting: who wants to hear that it is over. revision: rises with each
    change. known: as what its first run met known issues; quarantined: failures there that are. journal: what people
    did, the oldest first. answers: nearly all failed in its first run, and yet the environment answered when it was
    asked. claim: whoever is about to have something of it run again.
    """

    id: str
    place: Place
    opened_at: datetime
    first: RunRef
    last: RunRef
    causes: tuple[Struck, ...]
    kind: Kind = Kind.FAILURES
    met: int = 1
    numbers: tuple[int, ...] = ()
    lookers: tuple[Looker, ...] = ()
    retrying: Retrying | None = None
    closed: Closed | None = None
    reopened: int = 0
    green_from: datetime | None = None
    """Of what is back: when it was green again before."""

    waiting: tuple[str, ...] = ()
    revision: int = 0
    known: tuple[str, ...] = ()
    quarantined: int = 0
    journal: tuple[Entry, ...] = ()
    answers: bool = False
    claim: Claim | None = None

    @property
    def open(self) -> bool:
        return self.closed is None

    @property
    def unclear(self) -> frozenset[str]:
        """Keys of tests of its newest run of which nobody can say against which version they failed."""
        return frozenset(key for cause in self.causes if not cause.green for key in cause.unclear)

    @property
    def newest(self) -> int:
        """The number of the newest run that has changed it: older ones say nothing new of it."""
        closing = self.closed.run.number if self.closed and self.closed.run else 0
        return max(self.last.number, closing)


@dataclass(frozen=True, slots=True)
class Found:
    """What one run has found.

    conclusive: it was carried out to its end, so that what passed has passed. passed: keys of tests. down: it met an
    environment that is down, so it blames nobody and counts for nothing. deployed: lately, the oldest first.
    quarantined: tests that failed and turn nothing red. answers: as of a case. skipped: keys of tests, also where it
    skipped them all and so is not conclusive.
    """

    place: Place
    run: RunRef
    conclusive: bool = True
    causes: tuple[Struck, ...] = ()
    passed: frozenset[str] = frozenset()
    skipped: frozenset[str] = frozenset()
    down: Struck | None = None
    deployed: tuple[Deployed, ...] = ()
    quarantined: int = 0
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What is remembered of a run. code: stands for the versions, the suite's commit and the parameters.

    number: below zero where it ran before its suite was known here. tests: what became of each, by its key: "" passed,
    the id of the cause of which it failed, the same behind `~` where it passed when it was tried again. paths: the
    services that its requests may have reached, of those that failed and whose trace was found. names: of those that
    failed, by their keys.
    """

    run: str
    number: int
    at: datetime
    code: str
    commit: str = ""
    tests: Mapping[str, str] = field(default_factory=dict[str, str])
    versions: Mapping[str, str] = field(default_factory=dict[str, str])
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    paths: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    names: Mapping[str, str] = field(default_factory=dict[str, str])


def case_id(run: str, kind: Kind) -> str:
    """Of what a run opens: the same however often that is worked out. `C` and 8 characters of base32."""
    digest = hashlib.sha256(f"case\n{run}\n{kind}".encode()).digest()
    return "C" + base64.b32encode(digest)[:8].decode()


def test_key(id: str) -> str:
    """12 hex digits: a suite may have ten thousand tests, and their names are long."""
    return hashlib.blake2b(id.encode(errors="surrogatepass"), digest_size=6).hexdigest()
