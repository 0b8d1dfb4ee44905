"""What speaks for a verdict, each with its counts. Frozen values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.failures.flaky import Flakiness
from bot.failures.rules import Rule
from bot.failures.situation import Deployed, Probe


@dataclass(frozen=True, slots=True)
class RedProbe:
    probe: Probe


@dataclass(frozen=True, slots=True)
class Unreachable:
    """So many of the run's failed tests ended in connections that could not be made."""

    count: int
    of: int


@dataclass(frozen=True, slots=True)
class NoTests:
    """The run ended by itself and reported no test at all."""

    run: str


@dataclass(frozen=True, slots=True)
class Killed:
    """The run was ended while so many of the cause's failures were under way. why: in the words of whoever ended it."""

    why: str
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class SaidBy:
    rule: Rule


@dataclass(frozen=True, slots=True)
class FlakedBefore:
    test: str
    flakiness: Flakiness


@dataclass(frozen=True, slots=True)
class CameDuringRun:
    """So many of the cause's failures came after it and may have gone through it."""

    deployment: Deployed
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class CameSincePass:
    """It came after the tests passed last and before they failed, on their path. suspected: the origin of the failure
    is its service, or it is the only one.
    """

    deployment: Deployed
    count: int
    of: int
    suspected: bool


@dataclass(frozen=True, slots=True)
class CameBefore:
    """It came within a day before so many of the cause's failures, on their path, and nothing shows that it brought
    them: the tests passed on it, or have never passed. suspected: as of CameSincePass.
    """

    deployment: Deployed
    count: int
    of: int
    suspected: bool


@dataclass(frozen=True, slots=True)
class PassedBefore:
    """So many of the tests have passed before, the last of them then."""

    count: int
    of: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SuiteCommit:
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class DataErrors:
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class DataChanged:
    at: datetime


@dataclass(frozen=True, slots=True)
class External:
    system: str


@dataclass(frozen=True, slots=True)
class SeenBefore:
    """In so many of the earlier runs; 0 of n is news, 0 of 0 is no history."""

    runs: int
    of: int


Reason = (
    RedProbe
    | Unreachable
    | NoTests
    | Killed
    | SaidBy
    | FlakedBefore
    | CameDuringRun
    | CameSincePass
    | CameBefore
    | PassedBefore
    | SuiteCommit
    | DataErrors
    | DataChanged
    | External
    | SeenBefore
)
Reasons = tuple[Reason, ...]
