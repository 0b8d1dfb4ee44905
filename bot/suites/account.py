"""All that is known of one run, for whoever looks back at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from bot.redaction import redact
from bot.suites.intake import Reports
from bot.suites.left import Left, left
from bot.suites.needs import Filed, Filing
from bot.suites.reports.model import RED, Case
from bot.suites.service import Suites
from bot.suites.store import Store
from bot.suites.values import SuiteRun
from bot.suites.wholes import LOOKED_BACK, is_part, whole_of

LISTED, SLOWEST = 200, 10
"""Tests of each outcome that are told by name, and of the slowest."""


@dataclass(frozen=True, slots=True)
class Told:
    """One that failed: what it said, of which cause that was, and what it left."""

    case: Case
    filed: Filed
    files: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """attempts: of the same run, this one among them, the first first. red: those that failed; flaky: those that passed
    in the end. Each list holds the first of its kind. why: what is wrong with its report. Names and that are without
    secrets. whole: of one that repeats a part of its suite, as `whole_of` has it.
    """

    run: SuiteRun
    attempts: tuple[SuiteRun, ...]
    red: tuple[Told, ...]
    flaky: tuple[Told, ...]
    skipped: tuple[Case, ...]
    passed: tuple[Case, ...]
    slowest: tuple[Case, ...]
    why: str = ""
    whole: SuiteRun | None = None


class Accounts:
    def __init__(self, store: Store, suites: Suites, reports: Reports, filing: Filing) -> None:
        self._store, self._suites, self._reports, self._filing = store, suites, reports, filing

    async def of(self, id: str) -> Account:
        """By its id, or by its number: `#418`. Raises NotFound, Unavailable."""
        run = await self._suites.of(id)
        report = await self._reports.of(run.id)
        red = [case for case in report.cases if case.status in RED][:LISTED]
        flaky = [case for case in report.cases if case.status == "flaky"][:LISTED]
        filed = await self._filing.of(run, [*red, *flaky])
        timed = sorted(report.cases, key=lambda case: case.duration_s or 0, reverse=True)
        return Account(
            run,
            tuple(await self._store.of_origin(run)),
            _tests(red, filed),
            _tests(flaky, filed),
            _shown([case for case in report.cases if case.status == "skipped"][:LISTED]),
            _shown([case for case in report.cases if case.status == "passed"][:LISTED]),
            _shown([case for case in timed[:SLOWEST] if case.duration_s]),
            redact(report.why),
            await self._whole(run),
        )

    async def _whole(self, run: SuiteRun) -> SuiteRun | None:
        if not is_part(run):
            return None
        return whole_of(run, await self._store.history(run.suite, run.environment, limit=LOOKED_BACK))


def _tests(cases: Sequence[Case], filed: Sequence[Filed]) -> tuple[Told, ...]:
    known = {each.test: each for each in filed}
    found = ((known.get(case.id, Filed(case.id)), left(case)) for case in cases)
    return tuple(Told(case, *more) for case, more in zip(_shown(cases), found, strict=True))


def _shown(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Names may hold parameters, and those what is secret. They are kept as they are: retries need them so."""
    return tuple(replace(case, name=redact(case.name), suite=redact(case.suite)) for case in cases)
