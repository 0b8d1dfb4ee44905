"""What cases know of the tests of one run."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bot.cases.history import THEN_PASSED
from bot.cases.memory import Memory
from bot.cases.store import Store
from bot.cases.tracing import trace_of
from bot.cases.values import Place, test_key
from bot.ports.telemetry import Sources
from bot.suites.needs import Filed
from bot.suites.reports.model import Case
from bot.suites.values import SuiteRun


class CaseFiling:
    """Implements Filing of bot.suites.needs."""

    def __init__(self, store: Store, sources: Sources) -> None:
        self._store, self._memory, self._sources = store, Memory(store.workspace), sources

    async def of(self, run: SuiteRun, tests: Sequence[Case]) -> list[Filed]:
        """Of a run of which nothing was made, traces alone."""
        place = Place(run.suite, run.environment)

        def look(session: Session) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
            summary = self._memory.of_run(session, run.id)
            became = summary.tests.items() if summary else ()
            causes = {key: found.removeprefix(THEN_PASSED) for key, found in became}
            return causes, self._told(session, place, sorted(set(causes.values())))

        async with self._store.database.read() as session:
            causes, told = await session.run_sync(lambda _: look(session.sync_session))
        return [self._filed(run, each, *told.get(causes.get(test_key(each.id), ""), ("", ""))) for each in tests]

    def _told(self, session: Session, place: Place, causes: Sequence[str]) -> dict[str, tuple[str, str]]:
        """By the id of a cause, what it says, and the case that is about it."""
        cases = self._memory.cases_of(session, place, causes)
        found = {id: case for id in set(cases.values()) if (case := self._store.one(session, id)) is not None}
        says = {id: {each.id: each.says for each in case.causes} for id, case in found.items()}
        return {cause: (says[id].get(cause, ""), id) for cause, id in cases.items() if id in found}

    def _filed(self, run: SuiteRun, test: Case, cause: str, case_id: str) -> Filed:
        trace_id, at = trace_of(test), run.started_at or run.opened_at
        trace = self._sources.traces[0].source.trace_link(trace_id, at) if trace_id and self._sources.traces else ""
        return Filed(test.id, cause, case_id, trace)
