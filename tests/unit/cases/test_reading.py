"""From a run's report to what it found: causes with their verdicts, and what is remembered of the run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.cases.history import Known
from bot.cases.reading import NO_WALKS, read
from bot.cases.values import test_key as key
from bot.failures.situation import Deployed, Probe
from bot.failures.values import Cause
from bot.failures.verdict import Verdict
from bot.suites.report import Report
from bot.suites.reports.model import Attempt, Case, Status
from bot.suites.values import Counts, Stage, SuiteRun
from bot.suites.values import Verdict as Ended
from bot.suites.walks import Walk

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAGE = "https://signalbox.example/telemetry/traces/4bf9"


def case(name, status: Status = "passed", message="", *, first=""):
    """first: what it said when it failed before it passed."""
    said = message or first
    attempts = (Attempt("failed", message=said), *([Attempt("passed")] if first else [])) if said else ()
    return Case(id=name, name=name, suite="", status=status, message=message, attempts=attempts)


def failed(name, message="KeyError: 'EUR'"):
    return case(name, "failed", message)


def a_run(number, verdict=Ended.FAILED, *, versions=None):
    start = NOON + number * 10 * MINUTE
    return SuiteRun(
        f"R{number}",
        number,
        "api",
        "integration",
        "U0ANA",
        start,
        stage=Stage.OVER,
        verdict=verdict,
        started_at=start,
        ended_at=start + MINUTE,
        deploy_set=versions or {"payments": "1.4.2"},
    )


def reading(number, *cases, known=None, verdict=Ended.FAILED, versions=None, walks=NO_WALKS):
    run = a_run(number, verdict, versions=versions)
    known = known or Known(services=frozenset({"payments", "orders"}))
    return read(run, report_of(*cases), known, run.ended_at or NOON, walks)


def report_of(*cases):
    red = sum(each.status in {"failed", "error"} for each in cases)
    return Report(Counts(len(cases), len(cases) - red, red), cases)


def walked(*path, origin="", fault="", says="", minute=10.0):
    return Walk(PAGE, NOON + minute * MINUTE, frozenset(path), origin, fault, says)


def history(*readings, **more):
    """What is known once these runs have ended."""
    causes = {
        group.cause: Cause(group.cause, group.fingerprints, NOON, group.origin)
        for each in readings
        for group in each.groups
    }
    met = {id: sum(any(group.cause == id for group in each.groups) for each in readings) for id in causes}
    services = frozenset({"payments", "orders"})
    summaries = tuple(each.summary for each in readings)
    return Known(summaries, len(readings), (), tuple(causes.values()), met, services=services, **more)


def came(service="payments", minute=5.0, by="U0ANA"):
    at = NOON + minute * MINUTE
    return Deployed(f"D{service}{minute}", service, "1.4.2", "1.5.0", at, at, by)


def test_failures_of_one_cause_are_one_and_lead_with_what_was_said():
    found = reading(1, failed("a"), failed("b"), case("c"), failed("d", "AssertionError: 3 items of 4")).found
    assert [(each.says, each.names) for each in found.causes] == [
        ("KeyError: 'EUR'", ("a", "b")),
        ("AssertionError: 3 items of 4", ("d",)),
    ]
    assert found.passed == {key("c")}


def test_what_passed_before_a_deployment_and_fails_after_it_is_a_regression_of_its_service():
    green = reading(0, case("a"), verdict=Ended.PASSED)
    [cause] = reading(1, failed("a"), known=history(green, deployed=(came(),))).found.causes
    assert (cause.evidence.verdict, cause.service) == (Verdict.REGRESSION, "payments")
    [suspect] = cause.evidence.suspects
    assert (suspect.deployment.version, suspect.sure) == ("1.5.0", True)
    assert (cause.evidence.seen_in, cause.evidence.of) == (0, 1)


def test_only_runs_in_which_any_of_its_tests_ran_count_as_earlier_ones():
    """A retry runs a few tests. Of runs that are not looked at any more nobody knows."""
    whole = [reading(n, case("a"), case("b"), verdict=Ended.PASSED) for n in (0, 1)]
    some = [reading(n, failed("b")) for n in (2, 3)]
    known = history(*whole, *some)
    assert reading(4, failed("a", "no price"), known=known).found.causes[0].evidence.of == 2
    assert reading(4, failed("a", "no price"), known=replace(known, earlier=240)).found.causes[0].evidence.of == 238
    [met] = reading(4, failed("a"), known=known).found.causes
    assert (met.evidence.seen_in, met.evidence.of) == (2, 4), "what has met it, with whatever test, counts"


def test_of_two_deployments_nobody_is_sure_until_the_failure_names_a_service():
    known = history(reading(0, case("a"), verdict=Ended.PASSED), deployed=(came(), came("orders", 6)))
    [cause] = reading(1, failed("a"), known=known).found.causes
    assert (cause.service, [each.sure for each in cause.evidence.suspects]) == ("", [False, False])
    refused = "ConnectError: connection refused to http://orders:8080/orders"
    [cause] = reading(1, failed("a", refused), known=known).found.causes
    assert cause.service == "orders"
    assert [each.deployment.service for each in cause.evidence.suspects if each.sure] == ["orders"]


def test_what_was_deployed_while_the_run_went_on_leaves_in_doubt_what_failed_after_it():
    known = history(reading(0, case("a"), verdict=Ended.PASSED), deployed=(came(minute=10.5),))
    [cause] = reading(1, failed("a"), known=known).found.causes
    assert cause.evidence.verdict is Verdict.CANNOT_SAY
    assert [count for _deployment, count in cause.evidence.during] == [1]


def test_what_went_wrong_in_one_place_is_one_cause_whatever_the_tests_said():
    broken = walked("orders", "payments", origin="payments", fault="KeyError")
    cases = failed("a", "assert 502 == 201: POST /purchases"), failed("b", "assert 500 == 201: POST /charges")
    assert len(reading(1, *cases).found.causes) == 2
    [cause] = reading(1, *cases, walks={"a": broken, "b": broken}).found.causes
    assert (cause.service, cause.names) == ("payments", ("a", "b"))


def test_a_cause_leads_with_what_was_raised_where_it_went_wrong_first():
    said = "KeyError: 'EUR' for token=xoxb-1234567890-abcdefghij\nsecond line"
    walks = dict.fromkeys("ab", walked("payments", origin="payments", fault="KeyError", says=said))
    [cause] = reading(1, failed("a", "assert 502 == 201"), failed("b", "assert 502 == 201"), walks=walks).found.causes
    assert cause.says == "KeyError: 'EUR' for token=[redacted]"
    assert "assert 502 == 201" in cause.excerpt


def test_what_was_deployed_meanwhile_leaves_in_doubt_only_what_failed_after_it_and_went_through_it():
    green = reading(0, case("a"), case("b"), case("c"), verdict=Ended.PASSED)
    known = history(green, deployed=(came(minute=10.5),))
    before, around, through = walked("payments"), walked("orders", minute=10.9), walked("payments", minute=10.9)

    def verdicts(**walks):
        made = reading(1, *(failed(name, f"KeyError: '{name}'") for name in walks), known=known, walks=walks)
        return [each.evidence.verdict for each in made.found.causes]

    assert verdicts(a=before) == verdicts(a=around) == [Verdict.NEW]
    assert verdicts(a=through) == verdicts(a=None) == [Verdict.CANNOT_SAY]
    [both] = reading(1, failed("a"), failed("b"), known=known, walks={"a": before, "b": through}).found.causes
    assert (both.evidence.verdict, [count for _came, count in both.evidence.during]) == (Verdict.NEW, [1])


def test_where_a_test_went_is_remembered_for_a_run_whose_trace_nobody_has():
    green = reading(0, case("a"), verdict=Ended.PASSED)
    traced = reading(1, failed("a"), known=history(green), walks={"a": walked("orders")})
    assert traced.summary.paths == {key("a"): {"orders"}}
    known = history(green, traced, deployed=(came(minute=20.5),))
    [cause] = reading(2, failed("a"), known=known).found.causes
    assert cause.evidence.verdict is Verdict.UNKNOWN


def test_another_version_of_a_service_that_the_test_does_not_reach_is_the_same_code():
    runs = []
    for number in range(6):
        made, versions = failed("a") if number % 2 else case("a"), {"payments": "1.4.2", "orders": f"2.{number}"}
        walks = {"a": walked("payments")} if number % 2 else NO_WALKS
        runs.append(reading(number, made, known=history(*runs), versions=versions, walks=walks))
    [cause] = reading(7, failed("a"), known=history(*runs), walks={"a": walked("payments")}).found.causes
    assert cause.evidence.verdict is Verdict.FLAKY
    [cause] = reading(7, failed("a"), known=history(*runs), walks={"a": walked("orders")}).found.causes
    assert cause.evidence.verdict is not Verdict.FLAKY


def test_a_cause_shows_first_the_tests_whose_requests_can_be_looked_at():
    names = [f"t{number}" for number in range(7)]
    [cause] = reading(1, *map(failed, names), walks={"t6": walked("payments")}).found.causes
    assert cause.names == ("t6", "t0", "t1", "t2", "t3")
    assert cause.traces == (PAGE, "", "", "", "")


def test_of_one_cause_it_is_known_which_tests_failed_before_the_deployment_and_which_after():
    known = history(reading(0, case("a"), case("b"), verdict=Ended.PASSED), deployed=(came(minute=10.5),))
    early, late = (
        Case(
            id=name,
            name=name,
            suite="",
            status="failed",
            attempts=(Attempt("failed", message="KeyError: 'EUR'", started=at),),
        )
        for name, at in (("a", NOON + 10.1 * MINUTE), ("b", NOON + 10.8 * MINUTE))
    )
    [cause] = reading(1, early, late, known=known).found.causes
    assert (cause.unclear, [count for _deployment, count in cause.evidence.during]) == ((key("b"),), [1])
    assert cause.evidence.verdict is not Verdict.CANNOT_SAY


def test_a_test_that_fails_and_passes_without_any_change_is_flaky():
    runs = []
    for number in range(6):
        made = failed("a") if number % 2 else case("a")
        runs.append(reading(number, made, known=history(*runs)))
    [cause] = reading(6, failed("a"), known=history(*runs)).found.causes
    assert (cause.evidence.verdict, cause.evidence.flaked) == (Verdict.FLAKY, (3, 6))


def test_what_passed_when_it_was_tried_again_is_no_cause_but_is_remembered():
    made = reading(1, case("a", "flaky", first="KeyError: 'EUR'"), verdict=Ended.PASSED)
    assert made.found.causes == ()
    assert made.found.passed == frozenset()
    [became] = made.summary.tests.values()
    assert became.startswith("~")


def test_an_environment_that_is_down_blames_nobody_and_counts_for_nothing():
    known = history(probes=(Probe("orders", red=True, detail="503"), Probe("payments", red=False)))
    found = reading(1, failed("a"), case("b"), known=known).found
    assert found.down is not None
    assert (found.causes, found.conclusive, found.down.evidence.down) == ((), False, ("orders (503)",))


def test_a_run_that_was_killed_settles_nothing():
    assert not reading(1, failed("a"), case("b"), verdict=Ended.INFRASTRUCTURE).found.conclusive


def test_what_a_later_run_has_shown_to_pass_is_not_brought_up_by_an_earlier_one_that_ends_late():
    green = reading(2, case("a"), verdict=Ended.PASSED)
    assert reading(1, failed("a"), known=Known(later=(green.summary,))).found.causes == ()
    assert reading(1, failed("a"), failed("b"), known=Known(later=(green.summary,))).found.causes


def test_secrets_are_kept_nowhere():
    token = "xoxb-1234567890-abcdefghij"
    made = reading(1, failed(f"test_a[{token}]", f"KeyError: password={token}\nsecond line {token}"))
    assert token not in str(made.found)
    assert "[redacted]" in made.found.causes[0].excerpt


def test_nearly_all_red_while_every_service_answers_is_no_outage_and_says_so():
    cases = [failed(f"t{n}", "AssertionError: 3 items of 4") for n in range(9)]
    well = (Probe("payments", red=False), Probe("orders", red=False))
    found = reading(1, *cases, case("a"), known=Known(probes=well)).found
    assert (found.answers, found.down) == (True, None)
    assert not reading(1, *cases, case("a"), known=Known()).found.answers
    assert not reading(1, cases[0], case("a"), known=Known(probes=well)).found.answers


def test_what_nobody_can_explain_says_which_traces_and_logs_were_missing():
    made = report_of(failed("a"), failed("b"))
    missing = read(a_run(1), made, Known(), NOON, {"a": walked("payments"), "b": None}, silent=("orders",)).found
    [cause] = missing.causes
    assert (cause.untraced, cause.silent) == (1, ("orders",))
    known = history(reading(0, case("a"), case("b"), verdict=Ended.PASSED), deployed=(came(),))
    told = read(a_run(1), made, known, NOON, silent=("orders",)).found
    assert [(each.evidence.verdict, each.untraced, each.silent) for each in told.causes] == [
        (Verdict.REGRESSION, 0, ())
    ]
