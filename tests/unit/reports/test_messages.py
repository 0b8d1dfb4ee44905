"""What of a tool's words is told of a failure."""

import pytest

from tests.support.report_files import cases_of, junit


def failing(attributes="", body="", name="t"):
    return junit(f'<testcase name="{name}"><failure {attributes}>{body}</failure></testcase>')


TELLING = [  # what tools write in `message` and between the tags, and what of it tells
    ("test failure", "Traceback (most recent call last):\n  File 'a.py', line 3\nKeyError: 'EUR'", "KeyError: 'EUR'"),
    ("collection failure", "ImportError while importing 'a.py'.\nTraceback:\nE   ModuleNotFoundError: No module", "ModuleNotFoundError: No module"),
    ("-------- &gt;&gt; begin captured logging &lt;&lt; --------&#10;log", "Traceback (most recent call last):\n  x\nAssertionError", "AssertionError"),
    ("Traceback (most recent call last):&#10;  File 'a.py'&#10;AssertionError: no&#10;", "", "AssertionError: no"),
    ("None", "Failing step: When nobody knows ... undefined", "Failing step: When nobody knows ... undefined"),
    ("failed pays in euros", "Scenario: pays in euros\n\nThen it pays\n\nMessage:\n\n  expected: 1\n     got: 2", "expected: 1"),
    ("failure", "ASSERTION FAILURE:\n- file   : a.cpp\n- line   : 3\n- message: check 1 == 2 has failed\n", "check 1 == 2 has failed"),
    ("", '---\n  message: "no such currency"\n  severity: fail\n...', "no such currency"),
    ("", "---\n  duration_ms: 1.2\n  error: |-\n    1 !== 2\n  ...", "1 !== 2"),
    ("false", "FAILED:\n  CHECK( paid )\nat a.cpp:3", "CHECK( paid )"),
    ("thread 'pays in euros' (7) panicked at a.rs:3:5", "thread 'pays in euros' (7) panicked at a.rs:3:5:\n  assertion failed: 1", "assertion failed: 1"),
    ("a.cc:21&#10;Expected equality:&#10;  1", "a.cc:21\nExpected equality:\n  1", "Expected equality:\n  1"),
    ("({&amp;quot;12&amp;quot;}) is not &amp;#x27;10&amp;#x27;", "a.swift:17", "({\"12\"}) is not '10'"),
    ("expected &quot;&amp;lt;&quot;", "a.js:17", 'expected "&lt;"'),
    ("no such currency: EUR", "Error: no such currency\n    at pay", "no such currency: EUR"),
    ("Failed", "=== RUN   pays in euros\n--- FAIL: pays in euros (0.00s)\n", "Failed"),
    ("", "--- FAIL: pays in euros (0.00s)", "--- FAIL: pays in euros (0.00s)"),
    ("Failed", "=== RUN   pays in euros\npanic: no basket [recovered]\ngoroutine 7 [running]:", "panic: no basket [recovered]"),
    ("Build error", "pay_test.go:7:2: undefined: basket", "pay_test.go:7:2: undefined: basket"),
    ("", "  ● Test suite failed to run\n\n    > 1 | x\n    Cannot find 'y' from pays in euros\n", "Cannot find 'y' from pays in euros"),
    ("", "[one] › a.ts:3:5 › pays in euros ───\n\n    it took too long", "it took too long"),
    ("", "pay.Test::pays in euros\nno such currency", "no such currency"),
    ("", "(in test file a.bats, line 2)\n  `[ $status = 0 ]' failed\npaid", "`[ $status = 0 ]' failed"),
    ("", "(from function `f' in file a.bash, line 9,\n in test file a.bats, line 2)\n  `f' failed", "`f' failed"),
    ("", "Given a basket........passed\nWhen nobody knows....undefined\nThen it pays....skipped", "When nobody knows....undefined"),
    ("", "  ● Test suite failed to run\n\n    a.json:13:3 - error TS6258: no types\n", "a.json:13:3 - error TS6258: no types"),
    ("1 != 2", "Traceback (most recent call last):\n  x\nAssertionError: 1 != 2", "1 != 2"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "body", "told"), TELLING)
def test_a_message_names_what_went_wrong(said, body, told):
    (case,) = cases_of(failing(f'message="{said}"', body, "pays in euros"))
    assert case.message == told
    assert case.broke.stack


def test_a_message_that_xml_made_one_line_has_the_lines_of_its_text():
    """A parser turns each line's end in an attribute into a blank."""
    body = "AssertionError: a differs\n- 1\n+ 2\n\n    at a.js:3"
    assert cases_of(failing('message="a differs\n- 1\n+ 2\n"', body))[0].message == "a differs\n- 1\n+ 2"
    assert (
        cases_of(failing('message="a differs\n- 1\n+ 2 and more"', body))[0].message == "a differs\n- 1\n+ 2\nand more"
    )
    assert cases_of(failing('message="a differs by much"', body))[0].message == "a differs by much"


def test_a_failure_without_words_is_told_by_what_was_printed():
    """As cucumber-js writes a step that nobody defined."""
    printed = (
        "<system-out>Given a basket....passed\nWhen nobody knows....undefined\nThen it pays....skipped</system-out>"
    )
    (case,) = cases_of(junit(f'<testcase name="t"><failure/>{printed}</testcase>'))
    assert case.message == "When nobody knows....undefined"
    assert cases_of(junit('<testcase name="t"><failure/><system-out>paid</system-out></testcase>'))[0].message == ""


def test_a_test_of_ctest_is_told_by_what_it_printed():
    written = '<failure message="Failed"/><properties/><system-out>a.cpp:3: assertion 1 == 2 failed</system-out>'
    assert cases_of(junit(f'<testcase name="t" status="fail">{written}</testcase>'))[0].message.endswith(
        "1 == 2 failed"
    )
