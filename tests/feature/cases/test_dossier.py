"""What sources tell of the minutes around a case, as its timeline has it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.cases.dossier import Dossier
from bot.cases.values import Case, Evidence, Place, RunRef, Struck
from bot.catalog import Catalog, Environment, Service
from bot.failures.verdict import Verdict
from bot.ports.telemetry import Known, Level, LogLine, Sources, Span
from bot.runtime.clock import WallClock
from bot.runtime.database import open_database

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
SENT, TRACE = "payments-service", "a" * 32
RUN = RunRef("R1", 1, NOON, 10, 1)
PAGE = f"https://traces.example.com/{TRACE}"
CASE = Case(
    "C1",
    Place("api", "integration"),
    NOON,
    RUN,
    RUN,
    (Struck("c1", "KeyError", ("t",), ("t",), Evidence(Verdict.NEW), traces=(PAGE,)),),
)
CATALOG = Catalog(
    {"integration": Environment("integration", services=("payments",))},
    {"payments": Service("payments", aliases={"otel": (SENT,)})},
)


class Telling:
    """Both kinds of source, which call payments by its other name."""

    def __init__(self):
        self.asked = []

    async def logs(self, query):
        lines = [LogLine(NOON - timedelta(seconds=5), SENT, Level.ERROR, "KeyError")]
        return SimpleNamespace(items=tuple(each for each in lines if query.window.start <= each.at <= query.window.end))

    async def spans(self, query):
        took = timedelta(milliseconds=5)
        spans = [
            Span(trace, "b" * 16, "", SENT, name, "server", NOON - timedelta(seconds=at), took, failed=True)
            for trace, name, at in (
                ("c" * 32, "GET /health", 9),
                ("d" * 32, "POST /charges", 8),
                (TRACE, "POST /charges", 7),
            )
        ]
        return SimpleNamespace(items=tuple(spans))

    def logs_link(self, query):
        self.asked.append(query.services)
        return "https://logs.example.com"

    def trace_link(self, trace, _start):
        return f"https://traces.example.com/{trace}"


@pytest.fixture
async def found(tmp_path):
    database = await open_database(f"sqlite+aiosqlite:///{tmp_path}/signalbox.db")
    source, cases = Telling(), SimpleNamespace(of=lambda _id: _given(CASE))
    known: Any = Known("here", "otel", source)
    doing: Any = (cases, database, lambda *_: [], Sources((known,), (known,), ()))
    dossier = Dossier(*doing, holdings=nobody, catalog=lambda: CATALOG, clock=WallClock())
    _case, timeline = await dossier.of("C1")
    yield timeline, source
    await database.close()


async def nobody(environment, window):
    return []


async def _given(value):
    return value


async def test_a_service_has_the_name_of_the_catalog_whatever_its_source_calls_it(found):
    timeline, source = found
    assert {(each.kind, each.service) for each in timeline.moments} == {("log", "payments"), ("request", "payments")}
    assert source.asked == [(SENT,)]


async def test_the_requests_of_its_own_tests_are_told_from_others(found):
    timeline, _source = found
    requests = [each for each in timeline.moments if each.kind == "request"]
    assert [((NOON - each.at).seconds, each.what, each.own, each.count) for each in requests] == [
        (9, "GET /health failed", False, 1),
        (8, "POST /charges failed", False, 1),
        (7, "POST /charges failed", True, 1),
    ]
