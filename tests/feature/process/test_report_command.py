import gzip
import json
import subprocess
import sys

import pytest

from bot.cli.app import run
from tests.support.report_files import PAYLOADS, payload

SUREFIRE, CTRF = str(PAYLOADS / "surefire.xml"), str(PAYLOADS / "ctrf.json")
GREEN = b'<testsuite name="s"><testcase name="a" time="1"/></testsuite>'


@pytest.fixture
def parsed(capfdbinary):
    """Runs it with --json; gives exit code, object, lines on stderr."""

    def parse(*files):
        code = run(["report", "parse", "--json", *map(str, files)])
        out, err = capfdbinary.readouterr()
        return code, json.loads(out), err.decode().splitlines()

    return parse


def test_programs_get_counts_then_cases_of_all_files_together(parsed):
    code, told, errors = parsed(SUREFIRE, CTRF)
    assert (code, errors) == (0, [])
    assert list(told) == ["tests", "passed", "failed", "errors", "skipped", "flaky", "verdict", "cases"]
    assert list(told.values())[:7] == [9, 2, 1, 2, 2, 2, "failed"]
    assert len(told["cases"]) == 9
    assert told["cases"][1] == {
        "id": "shop.CheckoutTest::flickers",
        "name": "flickers",
        "suite": "shop.CheckoutTest",
        "status": "flaky",
        "duration_s": 0.5,
        "message": "gone",
        "attempts": 3,
    }


def test_a_file_that_cannot_be_read_adds_nothing_and_ends_with_2_and_others_are_read(parsed, tmp_path):
    (tmp_path / "bad.xml").write_bytes(b"<testsuite><testcase name='a'/>\n<testcase name='b'></testsuite>")
    (tmp_path / "green.xml").write_bytes(GREEN)
    code, told, errors = parsed(tmp_path / "bad.xml", tmp_path / "missing.xml", tmp_path, tmp_path / "green.xml")
    assert code == 2
    assert [case["name"] for case in told["cases"]] == ["a"]
    assert (told["tests"], told["verdict"]) == (1, "infrastructure")
    assert errors[0] == f"signalbox: {tmp_path}/bad.xml:2:22: this is no XML: mismatched tag."
    assert [line.rpartition(": ")[2] for line in errors[1:]] == ["No such file or directory.", "Is a directory."]


@pytest.mark.parametrize("empty", [b"", b" \n", gzip.compress(b"", mtime=0)], ids=["nothing", "blank", "gzip"])
def test_a_file_without_a_report_cannot_be_read_in_one_line(parsed, tmp_path, empty):
    (tmp_path / "empty.xml").write_bytes(empty)
    code, told, errors = parsed(tmp_path / "empty.xml")
    assert errors == [f"signalbox: {tmp_path}/empty.xml:1:1: it is empty. Its run was probably killed."]
    assert (code, told["verdict"], told["tests"]) == (2, "infrastructure", 0)


def test_a_report_of_a_killed_run_is_infrastructure_with_what_was_read_and_ends_with_0(parsed, tmp_path):
    (tmp_path / "cut.xml").write_bytes(payload("surefire.xml")[:-30])
    code, told, errors = parsed(tmp_path / "cut.xml")
    assert (code, told["verdict"], told["tests"]) == (0, "infrastructure", 3)
    assert "ends in the middle, 3 tests were read" in errors[0]


def test_no_tests_are_infrastructure(parsed, tmp_path):
    (tmp_path / "none.xml").write_bytes(b"<testsuites/>")
    assert parsed(tmp_path / "none.xml")[:2] == (
        0,
        {
            **dict.fromkeys(("tests", "passed", "failed", "errors", "skipped", "flaky"), 0),
            "verdict": "infrastructure",
            "cases": [],
        },
    )


def test_people_get_the_verdict_the_counts_and_what_went_wrong(capsys):
    assert run(["report", "parse", SUREFIRE]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "failed: 4 tests, 1 passed, 1 error, 1 skipped, 1 flaky",
        "  flaky   shop.CheckoutTest::flickers (3 attempts)",
        "          gone",
        "  error   shop.CheckoutTest::breaks (3 attempts)",
        "          gone",
    ]


def test_of_what_cannot_be_read_people_get_the_error_alone(capsys, tmp_path):
    assert run(["report", "parse", str(tmp_path / "nosuch.xml")]) == 2
    said = capsys.readouterr()
    assert (said.out, "No such file" in said.err) == ("", True)


def test_people_are_told_how_many_more_there_are(tmp_path, capsys):
    (tmp_path / "red.xml").write_text(
        "<testsuite>" + "".join(f"<testcase name='{n}'><failure/></testcase>" for n in range(40)) + "</testsuite>"
    )
    run(["report", "parse", str(tmp_path / "red.xml")])
    assert capsys.readouterr().out.endswith("  and 10 more; --json has them all\n")


def test_it_loads_no_more_than_it_needs():
    code = f"import sys; from bot.cli.app import run; run(['report', 'parse', {SUREFIRE!r}]); print([n for n in ('bot.settings', 'bot.catalog', 'sqlalchemy', 'structlog') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
