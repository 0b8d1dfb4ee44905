"""A failing test opens its trace: found where telemetry is, waited for a little, linked from the case."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.cases.tracing import LOOKED_AT, Tracing
from bot.catalog import parse
from bot.errors import IntegrationError
from bot.grammar.words import why_taken
from bot.notices.casework import CaseCard
from bot.notices.running import SuiteEnded
from bot.ports.pipelines import RunState
from bot.ports.telemetry import Found, Known, Level, LogLine, Sources, Span
from bot.runtime.clock import WallClock
from bot.suites.report import Report
from bot.suites.reports.model import Attempt, Case
from bot.suites.values import Counts, SuiteRun
from bot.suites.walks import Walk
from tests.support.cases import CHANNEL, TOLD, with_cases
from tests.support.suites import ANA, CATALOG, RED, a_team, begun, ended
from tests.support.telemetry import ROOT

ID, OTHER = "4bf92f3577b34da6a3ce929d0e0e4736", "a3ce929d0e0e47364bf92f3577b34da6"
PAGE = f"https://traces.example.com/{ID}"
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


def span(at):
    took = timedelta(seconds=1)
    return Span(ID, "00f067aa0ba902b7", "", "payments", "POST /charges", "server", at, took, failed=True)


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


def tracing(*sources, **more):
    known = tuple(Known(type(each).__name__, "otel", each) for each in sources)
    catalog = parse(CATALOG, "catalog", why_taken=why_taken)
    return Tracing(Sources((), known, ()), lambda: catalog, WallClock(), **more)


async def test_a_trace_is_looked_for_in_one_source_after_another(telemetry):
    now = WallClock().now()
    await telemetry.spans(span(now))
    found = await tracing(Away(), telemetry.stored).of(
        a_run(now), report(failed("a", ID), failed("b", OTHER), failed("c", ""))
    )
    assert (found["b"], "c" in found) == (None, False)
    walk = found["a"]
    assert walk == Walk(f"{ROOT}/telemetry/traces/{ID}", now, frozenset({"payments"}), "payments", "POST /charges")


class Hanging:
    async def trace(self, trace_id, around):
        await asyncio.sleep(3600)


async def test_a_source_that_hangs_holds_up_nothing_and_the_next_one_is_asked(telemetry):
    now = WallClock().now()
    await telemetry.spans(span(now))
    async with asyncio.timeout(10):
        found = await tracing(Hanging(), telemetry.stored, patience=0.2).of(a_run(now), report(failed("a", ID)))
    assert (walk := found["a"]) is not None
    assert walk.origin == "payments"


class Late:
    """One service has sent what it saw, the one that it called sends it only after so many looks."""

    def __init__(self, now, *, after):
        called = replace(span(now), service="orders", kind="client", attributes={"peer.service": "payments"})
        told = replace(span(now), span_id="b7ad6b7169203331", parent_id=called.span_id)
        self._seen = [(called,)] * after + [(called, told)]

    async def trace(self, trace_id, around):
        return self._seen.pop(0) if len(self._seen) > 1 else self._seen[0]

    def trace_link(self, trace_id, at):
        return f"{ROOT}/telemetry/traces/{trace_id}"


@pytest.mark.parametrize(("after", "untold"), [(0, False), (2, False), (3, True)])
async def test_a_trace_is_read_again_while_somebody_in_it_has_not_told(after, untold):
    now = WallClock().now()
    found = await tracing(Late(now, after=after), pauses=(0, 0)).of(a_run(now), report(failed("a", ID)))
    walk = found["a"]
    assert walk is not None
    assert (walk.origin, walk.untold) == ("payments", untold)


async def test_of_many_failures_each_message_is_looked_at_before_any_is_a_second_time():
    source = Counting()
    cases = [failed(f"t{number}", f"{number:032x}", "always the same") for number in range(1, 100)]
    found = await tracing(source).of(a_run(WallClock().now()), report(*cases, failed("rare", ID, "seldom")))
    assert len(source.asked) == len(found) == LOOKED_AT
    assert {ID, f"{1:032x}"} <= set(source.asked)


def logging(*sources):
    known = tuple(Known(type(each).__name__, "otel", each) for each in sources)
    catalog = parse(CATALOG, "catalog", why_taken=why_taken)
    return Tracing(Sources(known, (), ()), lambda: catalog, WallClock())


class Mute:
    async def logs(self, query):
        raise IntegrationError("It does not answer.", vendor="elsewhere", status=0)


async def test_who_logged_nothing_while_a_run_went_on_is_known_where_a_source_answers(telemetry):
    now = WallClock().now()
    await telemetry.lines(LogLine(now, "payments", Level.INFO, "charged"), environment="integration")
    assert await logging(Mute(), telemetry.stored).silent(a_run(now)) == ("orders",)
    assert await logging(Mute()).silent(a_run(now)) == ()
    assert await logging().silent(a_run(now)) == ()


class Logged:
    """Has lines of these services, by its own names for them, and counts what it is asked for."""

    def __init__(self, *services):
        self.services, self.asked = services, []

    async def logs(self, query):
        self.asked.append(query.services)
        here = [each for each in query.services or ("another",) if each in self.services]
        return Found(tuple(LogLine(query.window.start, each, Level.INFO, "ok") for each in here))

    def logs_link(self, query):
        return f"https://logs.example.com/{','.join(query.services)}"


async def test_a_service_is_silent_only_where_no_source_that_answers_has_lines_of_it():
    run = a_run(WallClock().now())
    first, second, third = Logged("payments"), Logged("orders"), Logged()
    assert await logging(first, second).silent(run) == ()
    assert (first.asked, second.asked) == ([("payments",), ("orders",)], [("orders",)])
    assert await logging(first, second, third).silent(run) == ()
    assert third.asked == []
    assert await logging(third, Mute(), first).silent(run) == ("orders",)


async def test_a_source_that_has_no_name_for_a_service_says_nothing_of_it():
    unknown = CATALOG.replace(b"description: cards", b"description: cards, aliases: { loki: [] }")
    catalog, run = parse(unknown, "catalog", why_taken=why_taken), a_run(WallClock().now())
    loki, own = Logged("orders"), Logged()
    sources = Sources((Known("loki", "loki", loki),), (), ())
    assert await Tracing(sources, lambda: catalog, WallClock()).silent(run) == ()
    assert loki.asked == [("orders",)]
    both = Sources((*sources.logs, Known("own", "otel", own)), (), ())
    assert await Tracing(both, lambda: catalog, WallClock()).silent(run) == ("payments",)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as team:
        yield team


async def test_a_trace_that_is_on_its_way_is_waited_for_a_little_and_one_that_nobody_has_is_not_waited_for_long(team):
    run = await ended(team, await begun(team), RunState.FAILED, TRACED)
    [told] = team.found.ended
    assert (team.traced.asked, told.walks) == (3, {"pytest::api.test_pay.TestPay::test_a[EUR]": None})
    assert run.finished_at - run.ended_at < timedelta(seconds=20)


async def test_nothing_is_waited_for_where_the_report_names_no_trace(team):
    run = await ended(team, await begun(team), RunState.FAILED, RED)
    assert (team.traced.asked, run.verdict) == (1, "failed")


class WithoutAddress:
    """Has it, in a process that does not know where it is reached."""

    async def trace(self, trace_id, around):
        return (span(WallClock().now()),)

    def trace_link(self, trace_id, at):
        return f"/telemetry/traces/{trace_id}"


async def test_a_source_without_a_page_tells_where_it_went_all_the_same():
    found = await tracing(WithoutAddress()).of(a_run(WallClock().now()), report(failed("a", ID)))
    assert [(walk.page, walk.origin) for walk in found.values() if walk] == [("", "payments")]


async def test_a_case_links_the_trace_and_says_where_it_went_wrong_however_often_it_is_read(team):
    test = "pytest::api.test_pay.TestPay::test_a[EUR]"
    team = with_cases(team)
    for number in (1, 2):
        team.traced.walks = {test: Walk(PAGE, team.clock.now(), frozenset({"payments"}), "payments", "KeyError")}
        await ended(team, await begun(team, request=f"r{number}"), RunState.FAILED, TRACED)
    [case] = await team.cases.open_ones()
    [cause] = case.causes
    assert (case.met, cause.service, cause.traces[0]) == (2, "payments", PAGE)
    cards = [each.case for each in await team.told(CHANNEL) if isinstance(each, CaseCard)]
    assert {cause.trace for each in cards for cause in each.causes} == {PAGE}
    assert [
        test.trace for each in await team.told(ANA) if isinstance(each, SuiteEnded) for test in each.run.failures
    ] == [PAGE] * 2
