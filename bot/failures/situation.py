"""What is known when a cause is judged. Frozen values only; all times are aware UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.failures.flaky import Flakiness
from bot.failures.rules import Rule
from bot.failures.values import Origin


@dataclass(frozen=True, slots=True)
class Probe:
    """How a service of the environment answers. red: it was unwell `times` in a row; detail: what it said last."""

    service: str
    red: bool
    times: int = 0
    detail: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deployed:
    """One version that came to the environment. end: None while it is still under way."""

    id: str
    service: str
    before: str
    version: str
    start: datetime
    end: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class FailedTest:
    """One failure of the cause. path: the services its trace went through, None where no trace tells.

    flakiness: of the test with this fingerprint, before this run; None without history. cut_off: the run ended in it.
    unreachable: it ended in a connection that could not be made. passed_at: when the test passed last before.
    """

    test: str
    at: datetime
    path: frozenset[str] | None = None
    flakiness: Flakiness | None = None
    cut_off: bool = False
    unreachable: bool = False
    on_test_data: bool = False
    passed_at: datetime | None = None

    def may_pass_through(self, service: str) -> bool:
        return self.path is None or service in self.path


class End(StrEnum):
    """How the run ended. KILLED: from outside, by a limit or with its machine; its report may be cut."""

    FINISHED = "finished"
    KILLED = "killed"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The run in which the cause was met.

    reported: tests that its report tells of; failed: of those; unreachable: of those, the ones without connection.
    commit: the suite's, and the one with which these tests passed last.
    """

    id: str
    start: datetime
    reported: int
    failed: int
    unreachable: int = 0
    end: End = End.FINISHED
    why: str = ""
    commit: str = ""
    commit_before: str = ""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a verdict is made of.

    deployments: lately, the oldest first, those during the run included. earlier_runs: of its tests here;
    seen_in: those of them that met the cause. known_issue, not_flaky: what people said of it, if anything.
    data_changed_at: when test data was changed last. external: systems outside the catalog that are red or where the
    failing requests went wrong.
    """

    run: RunFacts
    failures: tuple[FailedTest, ...]
    probes: tuple[Probe, ...] = ()
    deployments: tuple[Deployed, ...] = ()
    earlier_runs: int = 0
    seen_in: int = 0
    known_issue: Rule | None = None
    not_flaky: Rule | None = None
    data_changed_at: datetime | None = None
    external: tuple[str, ...] = ()
    origin: Origin | None = None
