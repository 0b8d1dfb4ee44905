"""What each tool means by what it writes."""

import json
from base64 import b64encode
from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.support.report_files import by_name, cases_of, junit, payload, verdict_of

MEANT = {
    "surefire.xml": ({"passed": 1, "flaky": 1, "error": 1, "skipped": 1}, "failed"),
    "gotestsum.xml": ({"passed": 1, "flaky": 1, "failed": 1, "skipped": 1}, "failed"),
    "googletest.xml": ({"passed": 1, "failed": 1, "skipped": 2}, "failed"),
    "ctest.xml": ({"passed": 1, "failed": 1, "skipped": 2}, "failed"),
    "phpunit.xml": ({"passed": 1, "failed": 1, "error": 1}, "failed"),
    "playwright-junit.xml": ({"passed": 1, "flaky": 1, "failed": 1}, "failed"),
    "cypress.xml": ({"passed": 1, "failed": 1, "skipped": 1}, "failed"),
    "bazel.xml": ({"error": 1}, "failed"),
    "robot.xml": ({"passed": 1, "failed": 1, "skipped": 1}, "failed"),
    "setup-failed.xml": ({"error": 1}, "failed"),
    "playwright.json": ({"passed": 2, "flaky": 1, "failed": 1, "skipped": 1}, "failed"),
    "playwright-traces.json": ({"flaky": 1, "failed": 1}, "failed"),
    "ctrf.json": ({"passed": 1, "flaky": 1, "failed": 1, "error": 1, "skipped": 1}, "failed"),
}


@pytest.mark.parametrize("name", MEANT)
def test_every_dialect_is_counted_as_its_tool_means_it(name):
    assert (Counter(case.status for case in cases_of(payload(name))), verdict_of(payload(name))) == MEANT[name]


def test_runs_before_a_green_one_are_attempts_of_a_flaky_test():
    case = by_name(payload("surefire.xml"))["flickers"]
    assert [(each.status, each.error_class, each.message) for each in case.attempts] == [
        ("failed", "java.lang.AssertionError", "not yet"),
        ("error", "java.net.ConnectException", "gone"),
        ("passed", "", ""),
    ]
    assert case.attempts[0].stack.endswith("CheckoutTest.java:12)")
    assert (case.attempts[0].out, case.attempts[0].duration_s) == ("first try", 0.25)


def test_runs_after_a_red_one_are_attempts_of_a_test_that_ended_red():
    case = by_name(payload("surefire.xml"))["breaks"]
    assert [each.status for each in case.attempts] == ["failed", "failed", "error"]
    assert (case.status, case.message, case.tries) == ("error", "gone", 3)
    assert case.attempts[0].out.startswith("on the way")
    assert [each.path for each in case.attachments] == ["target/screens/breaks.png"]


def test_a_skipped_test_keeps_its_reason():
    assert by_name(payload("surefire.xml"))["waits"].message == "until francs are accepted"


def test_a_test_that_stands_there_again_was_run_again():
    case = by_name(payload("gotestsum.xml"))["TestRefund"]
    assert (case.status, case.message) == ("flaky", "refund_test.go:12: got 1, want 2")
    assert [each.status for each in case.attempts] == ["failed", "passed"]
    assert case.duration_s == pytest.approx(0.005)


def test_several_failed_expectations_are_one_run():
    case = by_name(payload("googletest.xml"))["Counts"]
    assert case.tries == 1
    assert "basket_test.cc:13" in case.attempts[0].stack
    assert (case.file, case.line) == ("basket_test.cc", 11)


def test_a_suite_that_could_not_be_set_up_is_one_error():
    (case,) = cases_of(payload("setup-failed.xml"))
    assert (case.id, case.status) == ("shop.CheckoutTest::(outside of tests)", "error")
    assert case.attempts[0].error_class == "java.lang.NoClassDefFoundError"


def test_ids_leave_out_what_says_nothing():
    assert next(case.id for case in cases_of(payload("googletest.xml"))) == "Basket::Adds"
    assert next(case.id for case in cases_of(payload("robot.xml"))) == "Pay::Shop.Pay::Accepts Euros"


def test_playwrights_place_of_a_test_is_no_message():
    cases = by_name(payload("playwright-junit.xml"))
    assert cases["checkout › breaks"].message == "TimeoutError: page.click: Timeout 500ms exceeded."
    assert cases["checkout › pays"].trace_ids == ("4bf92f3577b34da6a3ce929d0e0e4736",)
    assert [each.path.rpartition("/")[2] for each in cases["checkout › breaks"].attachments] == [
        "test-failed-1.png",
        "video.webm",
    ]
    assert cases["checkout › flickers"].attachments[0].path == "test-results/checkout-flickers/trace.zip"


def test_playwright_says_what_it_thinks_of_a_test():
    cases = by_name(payload("playwright.json"))
    flaky = cases["flickers"]
    assert flaky.id == "checkout.spec.ts › with francs › flickers › [chromium]"
    assert (flaky.suite, flaky.message, flaky.duration_s) == ("checkout.spec.ts › with francs", "Error: not yet", 1.0)
    assert [(each.status, each.out) for each in flaky.attempts] == [("failed", "clicked"), ("passed", "")]
    assert flaky.attempts[0].started == datetime(2026, 11, 20, 10, 0, 2, tzinfo=UTC)
    assert [each.name for each in flaky.attachments] == ["trace"]
    assert cases["hangs"].attempts[0].error_class == "TimeoutError"
    assert cases["is known to fail"].status == "passed"
    assert cases["waits"].message == "until francs are accepted"
    assert cases["pays"].trace_ids == ("4bf92f3577b34da6a3ce929d0e0e4736",)


def test_ctrf_has_suites_retries_and_words_of_its_own():
    cases = by_name(payload("ctrf.json"))
    assert cases["pays"].id == "checkout › euros › pays"
    assert cases["pays"].trace_ids == ("4bf92f3577b34da6a3ce929d0e0e4736",)
    assert cases["flickers"].id == "checkout-flickers › [chromium]"
    assert [each.status for each in cases["flickers"].attempts] == ["failed", "passed"]
    assert cases["breaks"].attempts[0].error_class == "AssertionError"
    assert cases["vanished"].status == "error"


ID, OTHER = "4bf92f3577b34da6a3ce929d0e0e4736", "a3ce929d0e0e47364bf92f3577b34da6"
PARENT = f"00-{OTHER}-00f067aa0ba902b7-01"


def test_a_test_of_junit_says_when_it_began_and_which_requests_were_its_own():
    properties = (("started_at", "2026-11-20T10:00:02+00:00"), ("trace_id", ID), ("owner", "checkout"))
    said = "".join(f'<property name="{name}" value="{value}"/>' for name, value in properties)
    case = by_name(junit(f'<testcase name="a"><properties>{said}</properties><failure message="no"/></testcase>'))["a"]
    assert (case.trace_ids, case.broke.trace_id) == ((ID,), ID)
    assert case.broke.started == datetime(2026, 11, 20, 10, 0, 2, tzinfo=UTC)
    after = by_name(junit(f'<testcase name="a"><failure message="no"/><properties>{said}</properties></testcase>'))["a"]
    assert (after.broke.trace_id, after.broke.started) == (ID, case.broke.started)


def test_a_test_that_was_run_again_keeps_the_requests_of_the_run_that_failed():
    one = '<testcase name="a"><properties><property name="trace_id" value="{}"/></properties>{}</testcase>'
    case = by_name(junit(one.format(ID, '<failure message="no"/>') + one.format(OTHER, "")))["a"]
    assert (case.status, case.broke.trace_id, case.trace_ids) == ("flaky", ID, (ID, OTHER))


def test_the_fixture_for_playwright_names_the_trace_of_each_attempt():
    cases = by_name(payload("playwright-traces.json"))
    first, second = "076f8f977ae95e5264bbac66dd39cf58", "0286e891542f645ae66ad95de84504a3"
    assert [each.trace_id for each in cases["pays 😀"].attempts] == [first, second]
    assert cases["breaks"].broke.trace_id == "9034ac6aa73e2add9ad2c648031178fe"


def test_attempts_of_playwright_have_traces_of_their_own():
    def result(status, retry, **more):
        return {"status": status, "retry": retry, "duration": 5, "errors": [{"message": "no"}], **more}

    noted = {"annotations": [{"type": "trace_id", "description": ID}]}
    attached = {
        "attachments": [
            {"name": "traceparent", "contentType": "text/plain", "body": b64encode(PARENT.encode()).decode()}
        ]
    }
    junk = {"attachments": [{"name": "trace_id", "body": "AAAA!"}, {"name": "trace", "path": "trace.zip"}]}
    results = [result("failed", 0, **noted), result("failed", 1, **attached), result("failed", 2, **junk)]
    spec = {"title": "pays", "file": "a.spec.ts", "tests": [{"status": "unexpected", "results": results}]}
    case = by_name(json.dumps({"suites": [{"title": "a.spec.ts", "specs": [spec]}]}).encode())["pays"]
    assert [each.trace_id for each in case.attempts] == [ID, OTHER, ""]
    assert case.trace_ids == (ID, OTHER)


def test_attempts_of_ctrf_have_traces_of_their_own():
    tries = [{"attempt": 1, "status": "failed", "extra": {"trace_id": ID}}]
    test = {
        "name": "a",
        "status": "failed",
        "duration": 5,
        "message": "no",
        "retries": 1,
        "extra": {"traceparent": PARENT},
    }
    summary = dict.fromkeys(("tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"), 1)
    results = {"tool": {"name": "t"}, "summary": summary, "tests": [{**test, "retryAttempts": tries}]}
    case = by_name(json.dumps({"reportFormat": "CTRF", "specVersion": "1.0.0", "results": results}).encode())["a"]
    assert ([each.trace_id for each in case.attempts], case.trace_ids) == ([ID, OTHER], (ID, OTHER))


@pytest.mark.parametrize(
    ("before", "after", "status", "tries"),
    [
        ("<failure/>", "", "flaky", 2),
        ("<failure/>", "<error/>", "error", 2),
        ("", "<failure/>", "failed", 2),
        ("<failure/>", "<skipped/>", "failed", 2),
    ],
)
def test_what_ran_last_decides(before, after, status, tries):
    data = (
        f'<testsuite name="s"><testcase name="a">{before}</testcase><testcase name="a">{after}</testcase></testsuite>'
    )
    (case,) = cases_of(data.encode())
    assert (case.status, case.tries) == (status, tries)


def test_tests_of_one_name_that_never_fail_are_counted_one_by_one():
    assert len(cases_of(b'<testsuite><testcase name="a"/><testcase name="a"/></testsuite>')) == 2


def test_the_same_name_in_another_class_is_another_test():
    cases = cases_of(
        b'<testsuite><testcase classname="b" name="a"><failure/></testcase><testcase classname="c" name="a"/></testsuite>'
    )
    assert [case.status for case in cases] == ["failed", "passed"]
