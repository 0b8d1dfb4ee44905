"""A failing test opens its trace: found where telemetry is, waited for a little, linked from the case."""

from datetime import timedelta

import pytest

from bot.cases.tracing import LOOKED_AT, Tracing
from bot.catalog import parse
from bot.deployments.links import Links
from bot.errors import IntegrationError
from bot.ports.pipelines import RunState
from bot.ports.telemetry import Known, Sources, Span
from bot.runtime.clock import WallClock
from bot.suites.report import Report
from bot.suites.reports.model import Attempt, Case
from bot.suites.values import Counts, SuiteRun
from tests.support.suites import CATALOG, RED, a_team, begun, ended
from tests.support.telemetry import ROOT

ID, OTHER = "4bf92f3577b34da6a3ce929d0e0e4736", "a3ce929d0e0e47364bf92f3577b34da6"
TRACED = RED.replace(
    b"<failure", b'<properties><property name="trace_id" value="' + ID.encode() + b'"/></properties><failure'
)


def failed(name, trace_id, message="no"):
    attempts = (Attempt("failed", message=message),)
    return Case(
        id=name,
        name=name,
        suite="",
        status="failed",
        message=message,
        attempts=attempts,
        trace_ids=(trace_id,) if trace_id else (),
    )


def report(*cases):
    return Report(Counts(len(cases), failed=len(cases)), cases)


def a_run(at):
    return SuiteRun("R1", 1, "api", "integration", "U0ANA", at, started_at=at)


class Away:
    async def trace(self, trace_id, around):
        raise IntegrationError("It does not answer.", vendor="elsewhere", status=0)


class Counting:
    """Has nothing, and counts what it is asked for."""

    def __init__(self):
        self.asked = []

    async def trace(self, trace_id, around):
        self.asked.append(trace_id)
        return ()


def tracing(*sources):
    known = tuple(Known(type(each).__name__, "otel", each) for each in sources)
    catalog = parse(CATALOG, "catalog", why_taken=lambda _: None)
    return Tracing(Sources((), known, ()), lambda: catalog, WallClock())


async def test_a_trace_is_looked_for_in_one_source_after_another(telemetry):
    now = WallClock().now()
    payments = Span(
        ID, "00f067aa0ba902b7", "", "payments", "POST /charges", "server", now, timedelta(seconds=1), failed=True
    )
    await telemetry.spans(payments)
    found = await tracing(Away(), telemetry.stored).of(
        a_run(now), report(failed("a", ID), failed("b", OTHER), failed("c", ""))
    )
    assert (found["b"], "c" in found) == (None, False)
    walk = found["a"]
    assert (walk.source, walk.origin, walk.fault, walk.path) == (
        "StoredTelemetry",
        "payments",
        "POST /charges",
        {"payments"},
    )


async def test_of_many_failures_each_message_is_looked_at_before_any_is_a_second_time():
    source = Counting()
    cases = [failed(f"t{number}", f"{number:032x}", "always the same") for number in range(1, 100)]
    found = await tracing(source).of(a_run(WallClock().now()), report(*cases, failed("rare", ID, "seldom")))
    assert len(source.asked) == len(found) == LOOKED_AT
    assert {ID, f"{1:032x}"} <= set(source.asked)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_a_trace_that_is_on_its_way_is_waited_for_a_little_and_one_that_nobody_has_is_not_waited_for_long(team):
    run = await ended(team, await begun(team), RunState.FAILED, TRACED)
    [told] = team.found.ended
    assert (team.traced.asked, told.walks) == (3, {"pytest::api.test_pay.TestPay::test_a[EUR]": None})
    assert run.finished_at - run.ended_at < timedelta(seconds=20)


async def test_nothing_is_waited_for_where_the_report_names_no_trace(team):
    run = await ended(team, await begun(team), RunState.FAILED, RED)
    assert (team.traced.asked, run.verdict) == (1, "failed")


class Elsewhere:
    """trace_link: of a page, or a path where the process does not know its address."""

    def __init__(self, root):
        self.root = root

    def trace_link(self, trace_id, at):
        return f"{self.root}/traces/{trace_id}"


def test_only_the_page_of_the_source_that_has_it_is_linked():
    sources = (Known("Tempo", "otel", Elsewhere("")), Known("Signalbox", "otel", Elsewhere(ROOT)))
    links = Links(Sources((), sources, ()), lambda: parse(CATALOG, "catalog", why_taken=lambda _: None))
    now = WallClock().now()
    assert links.of_trace("Signalbox", ID, now) == f"{ROOT}/traces/{ID}"
    assert links.of_trace("Tempo", ID, now) == links.of_trace("gone", ID, now) == ""
