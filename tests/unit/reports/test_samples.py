"""Reports that others collected: what each of them means, or why it cannot be read.

SIGNALBOX_REPORT_SAMPLES names a folder of reports, anywhere below it those of the Jenkins junit plugin (MIT) and of
ctrf-io/ctrf (MIT). The numbers are those of the plugin's own tests, or were counted by eye.
"""

import os
from pathlib import Path

import pytest

from tests.support.report_files import read, verdict_of

SAMPLES = os.environ.get("SIGNALBOX_REPORT_SAMPLES")
pytestmark = pytest.mark.skipif(not SAMPLES, reason="SIGNALBOX_REPORT_SAMPLES names no folder of reports")

# passed, failed, error, skipped, flaky; or words of the refusal
MEANT = {
    "JENKINS-30413.xml": (1, 1, 0, 0, 0),
    "JENKINS-41134_TestSuite_second.xml": (0, 1, 0, 0, 0),
    "JENKINS-42438_junit-report-1.xml": (8, 0, 0, 3, 0),
    "JENKINS-48583_TESTS-TestSuites.xml": (3, 0, 0, 0, 0),
    "SKIPPED_MESSAGE_afterSkippedResult.xml": (0, 0, 1, 0, 0),
    "SKIPPED_MESSAGE_skippedTestResult.xml": (0, 0, 0, 1, 0),
    "TEST-null.xml": (0, 0, 1, 0, 0),
    "eclipse-plugin-test-report.xml": (3366, 0, 0, 0, 0),
    "gh-237_TEST-io.olamy.AlwaysFailTest.xml": (0, 1, 0, 0, 0),
    "gh-237_TEST-io.olamy.FlakyTest.xml": (0, 0, 0, 0, 1),
    "junit-report-1233.xml": (5, 0, 0, 0, 0),
    "junit-report-1463.xml": (6, 0, 0, 0, 0),
    "junit-report-1472.xml": (2652, 1, 0, 0, 0),
    "junit-report-20090516.xml": (5, 0, 3, 0, 0),
    "junit-report-494.xml": (1, 1, 0, 0, 0),
    "junit-report-6700.xml": (0, 0, 1, 0, 0),
    "junit-report-bad-duration.xml": (2, 0, 0, 0, 0),
    "junit-report-empty-testcasename.xml": (0, 1, 0, 0, 0),
    "junit-report-errror-details.xml": (0, 0, 1, 0, 0),
    "junit-report-huge.xml": (5130, 19, 0, 2430, 1),
    "junit-report-nested-testsuites.xml": (2, 0, 1, 0, 0),
    "junit-report-testsuite-time-attrs.xml": (8, 0, 0, 0, 0),
    "junit-report-testsuite-various-timestamps.xml": (12, 0, 0, 0, 0),
    "junit-report-with-properties.xml": (1, 1, 0, 0, 0),
    "junitResult.xml": (7, 1, 0, 1, 0),
    "pipeline_ageReset-1.xml": (0, 1, 0, 0, 0),
    "testXxe-oob.xml": "no XML",
    "testXxe-xxe.xml": "document type",
    "comprehensive.json": (1, 1, 0, 0, 1),
    "minimal.json": (1, 0, 0, 0, 0),
    "with-retries.json": (1, 0, 0, 0, 1),
    "ctrf.schema.json": "neither",
    "valid_test_results.json": (2, 3, 0, 1, 1),
    "valid_test_results_complex.json": (6, 1, 0, 0, 0),
}


@pytest.fixture(scope="module")
def samples():
    return {path.name: path.read_bytes() for path in Path(SAMPLES or "").rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", MEANT)
def test_a_sample_gives_what_its_producer_meant_or_a_clear_error(samples, name):
    cases, troubles = read(samples[name])
    if isinstance(MEANT[name], str):
        assert [MEANT[name] in trouble.user_message for trouble in troubles] == [True]
    else:
        found = [case.status for case in cases]
        assert tuple(map(found.count, ("passed", "failed", "error", "skipped", "flaky"))) == MEANT[name]
        assert troubles == []


def test_every_other_report_among_them_is_of_tests_that_passed(samples):
    others = {name: data for name, data in samples.items() if name.endswith(".xml") and name not in MEANT}
    red = {name for name, data in others.items() if verdict_of(data) != "passed"}
    assert red <= {
        "JENKINS-41134_TestSuite_second_dup_first.xml",
        "pipeline_junit-report-testTrends-first-2.xml",
        "pipeline_junit-report-testTrends-first-3.xml",
    }
