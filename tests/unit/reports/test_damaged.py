"""Reports of killed runs, broken files and attacks."""

import gzip
import json
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.suites.reports import BadReport, Broke, Cut, Limits
from bot.suites.reports.junit import JUnitReader
from tests.support.report_files import by_name, cases_of, gzipped, junit, payload, read, verdict_of, zipped
from tests.support.timing import assert_takes

XML = payload("surefire.xml")
JSON = payload("playwright.json")
CTRF = payload("ctrf.json")


def only_trouble(data, limits=None):
    _, (trouble,) = read(data, limits)
    return trouble


@pytest.mark.parametrize("data", [XML, JSON, CTRF], ids=["junit", "playwright", "ctrf"])
def test_a_report_that_ends_anywhere_is_infrastructure_and_keeps_what_was_read(data):
    whole = len(cases_of(data))
    for end in range(1, len(data.rstrip()), 37):
        cases, (trouble,) = read(data[:end])
        assert isinstance(trouble, Cut), data[:end]
        assert len(cases) <= whole
        assert verdict_of(data[:end]) == "infrastructure"


def test_a_killed_run_keeps_its_first_tests():
    cases, (trouble,) = read(XML[: XML.index(b"</testsuite>")])
    assert len(cases) == 4
    assert "4 tests were read" in trouble.user_message
    cases, _ = read(CTRF[: CTRF.index(b'{"name": "waits"') + 20])
    assert [case.name for case in cases] == ["pays", "flickers", "breaks"]
    _, (trouble,) = read(CTRF[: CTRF.index(b'{"name": "flickers"') + 20])
    assert "1 test was read" in trouble.user_message


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", gzip.compress(b"", mtime=0)])
def test_an_empty_file_holds_no_report_that_could_be_read(data):
    assert type(only_trouble(data)) is BadReport
    assert verdict_of(data) == "infrastructure"


@pytest.mark.parametrize("data", [b"<testsuites/>", b'{"suites": []}', junit("")])
def test_no_tests_at_all_are_infrastructure(data):
    assert verdict_of(data) == "infrastructure"


def test_playwrights_own_errors_are_infrastructure_unless_tests_failed():
    data = json.loads(JSON)
    data["errors"] = [{"message": "Error: \x1b[31mglobal setup\x1b[39m failed"}]
    (trouble,) = read(json.dumps(data).encode())[1]
    assert isinstance(trouble, Broke)
    assert trouble.user_message.endswith("its tool says: Error: global setup failed")
    assert verdict_of(json.dumps(data).encode()) == "failed"
    assert verdict_of(json.dumps({**data, "suites": []}).encode()) == "infrastructure"


def test_an_interrupted_run_did_not_pass():
    data = JSON.replace(b'"status": "skipped", "duration"', b'"status": "interrupted", "duration"')
    data = data.replace(b'"status": "unexpected"', b'"status": "expected"')
    assert verdict_of(data) == "infrastructure"


@pytest.mark.parametrize(
    ("data", "place", "why"),
    [
        (b"<testsuite>\n <testcase name='a'>\n</testsuite>", "r:3:3: ", "mismatched tag"),
        (b"<html><body/></html>", "r:1:1: ", "HTML"),
        (b"hello", "r:1:1: ", "no test report"),
        (b'{"suites": [\n {"title": 1}]}', "r:2:2: ", "Expected `str`, got `int` - at `$.suites[0].title`"),
        (b'{"a": 1}', "r:1:9: ", "neither"),
        (b'{"meta": {}}\n{"source": {}}', "r:1:13: ", "neither"),
        (b'{"suites": [}', "r:1:13: ", "no JSON"),
        (b'{"suites": []} x', "r:1:16: ", "follows the end"),
        (
            CTRF.replace(b'"name": "waits", ', b""),
            "r:13:7: ",
            "missing required field `name` - at `$.results.tests[3]`",
        ),
        (CTRF.replace(b'"status": "pending"', b'"status": "paused"'), "r:13:7: ", "at `$.results.tests[3].status`"),
        (CTRF.replace(b'"reportFormat": "CTRF",', b'"reportFormat": "TAP",'), "r:2:19: ", "at `$.reportFormat`"),
        (CTRF.replace(b'"1.0.0"', b'"one"'), "r:3:18: ", "at `$.specVersion`"),
        (b"<?xml version='1.0' encoding='klingon'?><testsuite/>", "r:1:1: ", "klingon"),
        (b"PK\x03\x04 not really" + b"\0" * 60, "r:1:1: ", "zip ends"),
        (zipped(**{"index.html": b"<html/>"}), "r:1:1: ", "no test report in it"),
        (b"\x1f\x8b\x08nonsense and more", "r:1:1: ", "gzip is broken"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(data, place, why):
    told = only_trouble(data).user_message
    assert told.startswith(place)
    assert why in told
    assert "\n" not in told


BOMB = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><testsuite name="&b;"/>"""
OUTSIDE = b"""<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuite><testcase name="&x;"/></testsuite>"""
DEEP_XML = b"<testsuite>" * 10_000
DEEP_JSON = b'{"suites":[' + b'{"title":"a","suites":[' * 10_000


def zip_bomb():
    return zipped(**{f"{n}.xml": b"<testsuite>" + b" " * 20_000_000 for n in range(1)})


def many_members():
    return zipped(**{str(n): b"" for n in range(1_001)})


ATTACKS = {
    "entities": BOMB,
    "external": OUTSIDE,
    "deep": DEEP_XML,
    "deep elsewhere": b"<testsuite>" + b"<x>" * 10_000,
    "deep in Jenkins": b"<result>" * 10_000,
    "deep JSON": DEEP_JSON,
    "deep nothing": b'{"suites":[],"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "gzip": gzipped(b"<testsuite>" + b" " * 50_000_000),
    "zip": zip_bomb(),
    "members": many_members(),
    "one long tag": b"<testsuite name='" + b"a" * 6_000_000,
    "one long comment": b"<testsuite><!--" + b"a" * 6_000_000,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_at_once(name):
    data = ATTACKS[name]
    assert_takes(lambda: read(data), at_most=0.2)
    cases, troubles = read(data)
    assert cases == []
    assert len(troubles) == 1


def test_a_long_tag_takes_time_by_its_length_however_small_the_pieces_it_comes_in():
    """By the square of it, this one would take a second."""
    tag = b"<testsuite name='" + b"a" * 1_000_000 + b"'>"

    def fed():
        reader = JUnitReader("r", Limits())
        for at in range(0, len(tag), 1_000):
            reader.feed(tag[at : at + 1_000])

    assert_takes(fed, at_most=0.3)


def test_a_tag_is_as_long_as_messages_are_and_no_longer():
    ended = junit("<testcase name='a'><failure message='" + "m" * 4_000_000 + "'>s</failure></testcase>")
    assert [case.status for case in cases_of(ended)] == ["failed"]
    assert only_trouble(ATTACKS["one long tag"]).user_message == (
        "r:1:1: a tag or a comment is longer than 4,194,304 bytes. Long text belongs between tags: that may be longer."
    )


def test_limits_are_kept():
    small = Limits(name=10, message=20, stack=30, out=25, cases=50, window=5)
    failing = f"<testcase name='{'n' * 99}'><failure message='{'m' * 99}'>{'s' * 99}</failure><system-out>{'o' * 99}!</system-out></testcase>"
    (case,) = cases_of(junit(failing), small)
    (attempt,) = case.attempts
    assert [len(each) for each in (case.name, case.message, attempt.stack, attempt.out)] == [10, 20, 30, 25]
    assert attempt.out.endswith("!")
    assert "more than 50 tests" in only_trouble(junit("<testcase name='a'/>" * 51), small).user_message
    assert "more than 1,000 bytes" in only_trouble(junit(" " * 1_000), Limits(bytes=1_000)).user_message


def test_packed_reports_are_unpacked_whatever_they_are_called():
    assert len(cases_of(gzipped(XML))) == len(cases_of(gzipped(XML[:99]) + gzipped(XML[99:]))) == 4
    packed = zipped(
        **{"a.txt": XML, "b/c": CTRF, "index.html": b"<html>", "trace.zip": zipped(x=b"y"), "p.json": b"{}"}
    )
    assert len(cases_of(packed)) == 9
    assert isinstance(only_trouble(gzipped(XML)[:-20]), Cut)
    assert len(read(zipped(a=XML[:-14], b=XML))[0]) == 8


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "cp1252"])
def test_encodings_are_told_from_marks_and_declarations(encoding):
    text = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?><testsuite><testcase name='Zürich'/></testsuite>"
    (case,) = cases_of(text.encode(encoding))
    assert case.name == "Zürich"


def test_blank_lines_behind_a_mark_are_let_be():
    for mark in (b"", b"\xef\xbb\xbf"):
        assert (
            len(
                cases_of(
                    mark + b"\n\n<?xml version='1.0' encoding='utf-8'?><testsuite><testcase name='a'/></testsuite>"
                )
            )
            == 1
        )
        assert len(cases_of(mark + b"\n" + JSON)) == 5


def test_a_declaration_that_cannot_be_true_is_not_believed():
    assert [
        case.name
        for case in cases_of(b"<?xml version='1.1' encoding='utf-16'?><testsuite><testcase name='a'/></testsuite>")
    ] == ["a"]


@pytest.mark.parametrize("bad", [b"\x00", b"\x1b[31m", b"&#27;[1m", b"&#x0;", b"\xff", b"\xef\xbf\xbf", b"&#xFFFF;"])
def test_characters_that_xml_forbids_are_left_out(bad):
    before = b"<testcase name='n'/>" * 20_000
    data = junit("").replace(
        b"</testsuite>",
        before + b"<testcase name='z'><failure message='red " + bad + b"fox'/></testcase></testsuite>",
        1,
    )
    cases, troubles = read(data)
    assert troubles == []
    assert len(cases) == 20_001
    assert cases[-1].message.replace("�", "") == "red fox"


def test_halves_of_characters_in_json_are_left_out():
    data = CTRF.replace(b'"expected 1, got 2"', rb'"half \ud83d, whole \ud83d\ude00, no \\ud83d"')
    assert by_name(data)["breaks"].message == "half \ufffd, whole \U0001f600, no \\ud83d"
    assert by_name(CTRF.replace(b"got 2", b"got \xff"))["breaks"].message == "expected 1, got \ufffd"
    assert len(cases_of(JSON.decode().encode("utf-16"))) == 5


def test_a_page_of_ansi_in_a_name_leaves_a_name():
    assert list(by_name(junit("<testcase name='&#27;[31mpays&#27;[0m'/>"))) == ["pays"]


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Z"], exclude_characters="<>&\"'\ufffe\uffff"),
    min_size=1,
    max_size=30,
)
kinds = st.sampled_from(["", "<failure message='m'/>", "<error>e</error>", "<skipped/>", "<flakyFailure/>"])
STATUS = {
    "": "passed",
    "<failure message='m'/>": "failed",
    "<error>e</error>": "error",
    "<skipped/>": "skipped",
    "<flakyFailure/>": "flaky",
}


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(names, kinds, min_size=1, max_size=30))
def test_a_report_that_is_written_is_read(tests):
    data = junit("".join(f'<testcase name="{name}" time="1">{kind}</testcase>' for name, kind in tests.items()))
    found = {case.name: case.status for case in cases_of(data)}
    assert found == {name: STATUS[kind] for name, kind in tests.items() if name.isprintable()} | {
        name: status for name, status in found.items() if not name.isprintable()
    }


@settings(max_examples=120, deadline=None)
@given(st.sampled_from([XML, JSON, CTRF, gzipped(XML), zipped(a=XML)]), st.randoms(use_true_random=False))
def test_no_damage_is_more_than_a_bad_report(data, chance: random.Random):
    damaged = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(damaged))
        damaged[at : at + chance.choice([0, 1, 1, 30])] = chance.randbytes(chance.choice([0, 1, 1, 9]))
    read(bytes(damaged))


def test_a_failure_that_was_cut_off_never_passes():
    data = junit("<testcase name='a'/><testcase name='b'><failure/></testcase>")
    assert {verdict_of(data[:end]) for end in range(len(data))} == {"infrastructure"}
    packed = gzipped(data)
    assert {verdict_of(packed[:end]) for end in range(len(packed) - 1)} == {"infrastructure"}
    assert zlib.crc32(data)
