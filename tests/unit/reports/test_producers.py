"""What producers mean whose reports were read in the wild: shapes of theirs, written here."""

import json

import pytest

from bot.suites.reports import Cut
from tests.support.report_files import by_name, cases_of, junit, payload, read, verdict_of


def suites(*written, attributes=""):
    return f"<testsuites {attributes}>{''.join(written)}</testsuites>".encode()


def suite(inside, attributes='name="s"'):
    return f"<testsuite {attributes}>{inside}</testsuite>"


RED = '<testcase name="pays" classname="pay.ts"><failure message="no"/></testcase>'
GREEN = '<testcase name="pays" classname="pay.ts"/>'
HOST = 'name="pay.ts" timestamp="2026-11-20T10:00:00.000Z" hostname="{}"'
PLAYWRIGHT = 'id="" name="" tests="2" failures="1" skipped="0" errors="0" time="1.5"'


@pytest.mark.parametrize(("first", "second"), [(RED, GREEN), (GREEN, RED)])
def test_a_suite_that_stands_there_again_ran_somewhere_else(first, second):
    """As projects of Vitest do: red in one of them is red."""
    data = suites(suite(first, HOST.format("vm")), suite(second, HOST.format("vm")))
    assert sorted(case.status for case in cases_of(data)) == ["failed", "passed"]
    assert verdict_of(data) == "failed"


def test_suites_of_jenkins_are_apart_too():
    case = "<case><className>c</className><testName>pays</testName>{}</case>"
    inside = "".join(
        f"<suite><name>s</name>{case.format(more)}</suite>" for more in ("<errorDetails>no</errorDetails>", "")
    )
    assert [each.status for each in cases_of(f"<result>{inside}</result>".encode())] == ["failed", "passed"]


def test_playwright_names_its_projects_as_hosts():
    named = '<testcase name="[webkit] pays" classname="pay.ts"/>'  # of its option includeProjectInTestName
    written = ((RED, "chromium"), (GREEN, "firefox"), (GREEN, ""), (named, "webkit"))
    made = [suite(test, HOST.format(project)) for test, project in written]
    assert [(case.id, case.status) for case in cases_of(suites(*made, attributes=PLAYWRIGHT))] == [
        ("pay.ts › pays › [chromium]", "failed"),
        ("pay.ts › pays › [firefox]", "passed"),
        ("pay.ts › pays", "passed"),
        ("pay.ts › pays › [webkit]", "passed"),
    ]
    others = cases_of(suites(*made[:3], attributes='name="vitest tests" tests="2"'))
    assert {case.id for case in others} == {"pay.ts::pays"}


def test_playwright_has_the_same_ids_in_both_its_forms():
    """So that one test has one past, and is named to its runner alike."""
    written, told = (by_name(payload(name)) for name in ("playwright-junit.xml", "playwright.json"))
    assert written["checkout › pays"].id == "checkout.spec.ts › checkout › pays › [chromium]"
    assert told["pays"].id == "checkout.spec.ts › pays › [chromium]"


def test_a_suite_is_called_without_the_time_it_was_written_at():
    """As of unittest-xml-reporting."""
    written = suite('<testcase classname="pay.Test" name="pays"/>', 'name="pay.Test-20261120100000"')
    assert cases_of(written.encode())[0].id == "pay.Test::pays"


def test_a_browser_has_the_same_tests_in_each_version():
    """As Karma calls it, with its option useBrowserName and without."""
    for version in ("120.0.0.0", "121.0.1.0"):
        browser = f"Chrome Headless {version} (Mac OS 10.15.7)"
        classes = (f"{browser.replace(' ', '_').replace('.', '_')}.checkout", "checkout")
        tests = "".join(f'<testcase classname="{name}" name="pays {n}"/>' for n, name in enumerate(classes))
        cases = cases_of(suite(tests, f'name="{browser}"').encode())
        assert [case.id for case in cases] == [f"Chrome Headless (Mac OS)::checkout::pays {n}" for n in (0, 1)]
    assert cases_of(suite(GREEN, 'name="API 1.2"').encode())[0].id == "API 1.2::pay.ts::pays"


@pytest.mark.parametrize(
    "test",
    [
        '<testcase name="t"><skipped message="tagged with !mayfail"/><failure message="1 == 2" type="CHECK"/></testcase>',
        '<testcase name="t"><skipped type="todo" message="true"/><failure message="no"/></testcase>',
        '<testcase name="t" status="disabled"><failure>check failed</failure></testcase>',
        *(f'<testcase name="t" status="{word}"/>' for word in ("CANCELED", "STOPPED", "pending")),
    ],
)
def test_what_may_fail_and_what_was_stopped_are_skipped(test):
    """As Catch2, Node, GoogleTest and Maestro say it."""
    (case,) = cases_of(junit(test))
    assert (case.status, case.attempts) == ("skipped", ())


def test_a_failure_before_a_skip_is_a_failure():
    assert verdict_of(junit('<testcase name="t"><failure/><skipped/></testcase>')) == "failed"


@pytest.mark.parametrize("word", ["panicked", "timedout", "interrupted", "aborted", "errored"])
def test_what_could_not_be_finished_is_an_error(word):
    assert cases_of(junit(f'<testcase name="t" status="{word}"/>'))[0].status == "error"


def test_warnings_that_doctest_calls_failures_are_none():
    warning, check = (
        '<failure message="0" type="WARN_EQ">w</failure>',
        '<failure message="0" type="CHECK">a.cpp(3):\nCHECK( 0 ) is NOT correct!</failure>',
    )
    cases = by_name(junit(f'<testcase name="a">{warning}</testcase><testcase name="b">{warning}{check}</testcase>'))
    assert (cases["a"].status, cases["b"].status, cases["b"].message) == (
        "passed",
        "failed",
        "CHECK( 0 ) is NOT correct!",
    )


PRINTED = "<system-err>Iteration: 0\nRequestError: Error: connect ECONNREFUSED 10.0.0.1:80\n   at wrap</system-err>"


def test_errors_that_a_suite_counts_and_shows_nowhere_are_one_error():
    """Newman prints why a request got no answer; the tests of what did not come stand there as passed."""
    data = suites(suite(f'{PRINTED}<testcase name="never"/>', 'name="pay" tests="1" failures="0" errors="1"'))
    passed, error = cases_of(data)
    assert (passed.status, error.id, error.status) == ("passed", "pay::(outside of tests)", "error")
    assert error.message == "RequestError: Error: connect ECONNREFUSED 10.0.0.1:80"
    assert error.attempts[0].out.endswith("at wrap")
    silent = suites(suite('<testcase name="never"/>', 'name="pay" errors="2"'), attributes='errors="2"')
    assert [case.message for case in cases_of(silent)] == ["", "2 outside of its tests, says the suite"]


@pytest.mark.parametrize(
    "inside",
    [
        "<testcase name='t'><error/></testcase>",
        "<testcase name='t'><failure/></testcase>",
        "<error/>",
        "<testcase name='t' result='error'/>",
    ],
)
def test_errors_that_are_shown_are_told_once(inside):
    data = suites(suite(suite(inside, 'errors="1"'), 'errors="1"'), attributes='errors="1"')
    assert len(cases_of(data)) == 1


LOG = (
    "<system-out>Generated test.log (may be unreadable):\n<![CDATA[Executing tests from //pay:test\n{}]]></system-out>"
)
BAZEL = suites(
    suite('<testcase name="pay/test"><error message="exited with error code 1"></error></testcase>' + LOG, 'errors="1"')
)
TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 3, in f\nKeyError: 1\n\nDuring handling of it:\n\nTraceback (most recent call last):\n  File "a.py", line 9, in &lt;module&gt;\nModuleNotFoundError: No module named pay'


def test_a_test_that_writes_no_report_is_told_by_its_log():
    data = BAZEL.replace(b"{}", TRACEBACK.encode())
    (case,) = cases_of(data)
    assert (case.message, case.broke.error_class) == ("ModuleNotFoundError: No module named pay", "ModuleNotFoundError")
    assert "Executing tests" in case.broke.out
    (cut,), (trouble,) = read(data[: data.index(b"During")])
    assert (cut.status, isinstance(trouble, Cut)) == ("error", True)
    assert cases_of(BAZEL)[0].message == "exited with error code 1"
    said = BAZEL.replace(b'code 1"></error>', b'code 1">=== RUN t\n--- FAIL: t</error>')
    assert cases_of(said.replace(b"{}", b"KeyError: of another"))[0].message == "exited with error code 1"


def test_a_test_that_had_failed_when_its_report_was_cut_off_is_told():
    begun = (
        b'<testsuite><testcase name="a"/><testcase name="b"><failure message="no">at b</failure><system-out><![CDATA['
    )
    cases, (trouble,) = read(begun)
    assert [(case.name, case.status) for case in cases] == [("a", "passed"), ("b", "failed")]
    assert "2 tests were read" in trouble.user_message
    assert [case.status for case in read(begun[: begun.index(b" b</failure>")])[0]] == ["passed", "failed"]
    assert [case.status for case in read(begun[: begun.index(b"<failure")])[0]] == ["passed"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("Unable to find executable", "error"),
        ("Fixture dependency failed", "error"),
        ("SKIP_RETURN_CODE=77", "skipped"),
        ("SKIP_REGULAR_EXPRESSION_MATCHED", "skipped"),
    ],
)
def test_what_ctest_could_not_run_is_an_error_unless_it_asked_to_be_skipped(said, status):
    (case,) = cases_of(junit(f'<testcase name="t" status="notrun"><skipped message="{said}"/></testcase>'))
    assert (case.status, case.message) == (status, said)
    assert cases_of(junit('<testcase name="t" status="notrun"><skipped/></testcase>'))[0].status == "skipped"


def test_of_several_failures_the_one_that_says_something_tells():
    """WebdriverIO writes an empty one before the error."""
    written = '<failure/><error message="no basket" type="TypeError"/><system-err>log: ok</system-err>'
    (case,) = cases_of(junit(f'<testcase name="t">{written}</testcase>'))
    assert (case.status, case.message, case.broke.error_class) == ("failed", "no basket", "TypeError")


@pytest.mark.parametrize(
    ("message", "stack"),
    [
        ('failed on teardown with "RuntimeError: left open"', "RuntimeError: left open"),
        (
            "left open",
            'Traceback (most recent call last):\n  File "a.py", line 9, in tearDown\n    x\nRuntimeError: left open',
        ),
    ],
)
def test_what_went_wrong_in_cleaning_up_is_part_of_the_run_that_failed(message, stack):
    """Pytest and unittest write the test twice."""
    error = f"<error message='{message}' type='RuntimeError'>{stack}</error>"
    twice = (
        f'<testcase name="t"><failure message="first">at a</failure></testcase><testcase name="t">{error}</testcase>'
    )
    (case,) = cases_of(junit(twice))
    assert (case.status, case.message, case.tries) == ("failed", "first", 1)
    assert case.broke.stack == f"at a\n\n{stack}"
    assert cases_of(junit(f'<testcase name="t"/><testcase name="t">{error}</testcase>'))[0].status == "error"


def test_a_duration_in_another_unit_is_none():
    """container-structure-test counts in nanoseconds."""
    written = '<testcase classname="c" name="t" time="{}"/>'
    assert [case.duration_s for case in cases_of(junit(written.format("999638317") + written.format("86400")))] == [
        None,
        86400,
    ]


def test_minitest_has_another_word_for_the_line():
    assert cases_of(junit('<testcase name="t" lineno="25" file="a_test.rb"/>'))[0].line == 25


def test_eclipse_has_a_root_of_its_own():
    written = f'<testrun name="AllTests" tests="1" failures="1">{suite(RED)}</testrun>'
    assert [case.id for case in cases_of(written.encode())] == ["s::pay.ts::pays"]


def test_another_report_is_refused_by_its_name():
    (trouble,) = read(b"<Site BuildName='x'/>")[1]
    assert "a report of CTest" in trouble.user_message


SUMMARY = dict.fromkeys(("tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"), 1)


def ctrf(**test):
    return {"results": {"tool": {"name": "t"}, "summary": SUMMARY, "tests": [{"name": "t", "duration": 5, **test}]}}


def test_ctrf_from_before_its_first_version_is_read():
    assert [case.status for case in cases_of(json.dumps(ctrf(status="passed", flaky=True, retries=2)).encode())] == [
        "flaky"
    ]
    assert len(cases_of(json.dumps({"x": ["y" * 1_000] * 17_000, **ctrf(status="passed")}).encode())) == 1


def test_ctrf_attempts_without_numbers_stand_in_their_order():
    """As those of the reporter for Playwright."""
    tries = [{"status": "failed", "message": "first"}, {"status": "failed", "message": "second"}]
    (case,) = cases_of(json.dumps(ctrf(status="passed", retries=2, retryAttempts=tries)).encode())
    assert [each.message for each in case.attempts] == ["first", "second", ""]
    assert (case.status, case.broke.message) == ("flaky", "second")


def test_ctrf_may_say_nothing_with_null():
    nothing = dict.fromkeys(("message", "trace", "rawStatus", "filePath", "browser", "testId", "line", "start"))
    (case,) = cases_of(json.dumps(ctrf(status="other", **nothing)).encode())
    assert (case.status, case.message, case.file, case.id) == ("error", "", "", "t")


def test_a_test_of_playwright_that_should_have_failed_says_so():
    results = [{"status": "passed", "duration": 5, "retry": 0, "errors": []}]
    spec = {"title": "pays", "file": "a.ts", "tests": [{"status": "unexpected", "results": results}]}
    (case,) = cases_of(json.dumps({"suites": [{"title": "a.ts", "specs": [spec]}]}).encode())
    assert (case.status, case.message, case.broke.message) == ("failed", *["Expected to fail, but passed."] * 2)
