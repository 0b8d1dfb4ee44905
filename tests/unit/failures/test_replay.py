"""signalbox failures replay: what it prints, and what it says of a file it cannot read."""

import json

import pytest

from bot.cli.app import run

LINE = {"test": "t::pays", "error_class": "KeyError", "message": "KeyError: 'EUR'", "stack": "", "cause": "rates"}


@pytest.fixture
def replay(tmp_path, capsys):
    def replayed(*lines, options=()):
        file = tmp_path / "messages.jsonl"
        file.write_bytes(b"\n".join(each if isinstance(each, bytes) else json.dumps(each).encode() for each in lines))
        code = run(["failures", "replay", str(file), *options])
        said = capsys.readouterr()
        return code, said.out, said.err.replace(str(tmp_path), "")

    return replayed


def test_it_prints_how_well_groups_agree_with_the_causes_and_the_groups(replay):
    code, out, _err = replay(
        LINE, {**LINE, "test": "t::refunds"}, {**LINE, "message": "KeyError: 'CHF'", "cause": "francs"}
    )
    assert code == 0
    assert "n 3, causes 2, groups 2" in out
    assert "precision 1.000, recall 1.000, F1 1.000" in out
    assert "rates (2)" in out


def test_for_programs_it_prints_the_same_as_json(replay):
    _code, out, _err = replay(LINE, {**LINE, "cause": "other"}, options=["--json"])
    said = json.loads(out)
    assert (said["n"], said["groups"], said["precision"], said["homogeneity"]) == (2, 1, 0.0, 0.0)
    assert said["found"][0]["causes"] == {"rates": 1, "other": 1}


def test_a_trace_may_say_where_it_broke(replay):
    lines = [{**LINE, "origin": {"service": each}, "cause": each} for each in ("payments", "orders")]
    assert "groups 2" in replay(*lines)[1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"message": "x", "cause": }', ":2:27: This is not JSON"),
        (b'{"message": "x"}', ':2:1: It has no "cause"'),
        (b'{"message": 7, "cause": "x"}', ':2:13: "message": Expected `str | null`, got `int`'),
        (b'{"message": "x", "cause": "c", "origin": {"service": 7}}', ':2:54: "origin.service": Expected `str`'),
        (b'["x"]', ":2:1: Expected `object`, got `array`"),
        (b'{"message": "\xff", "cause": "x"}', ":2:14: This is not UTF-8"),
        (b'{"message": "\xc3\xa9", "cause": ?}', ":2:27: This is not JSON"),
        (b'{"message": "x", "cause": "x"', ":2:30: This is not JSON"),
        (b"[" * 100_000, ":2:"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_by_line_and_column(replay, line, says):
    code, out, err = replay(LINE, line)
    assert (code, out) == (2, "")
    assert err.startswith("signalbox: /messages.jsonl" + says)
    assert "Traceback" not in err


def test_a_file_in_another_encoding_is_said(replay):
    code, _out, err = replay(json.dumps(LINE).encode("utf-16"))
    assert code == 2
    assert err.startswith("signalbox: /messages.jsonl:1:1: This is not UTF-8. Save the file with the encoding UTF-8.")


def test_what_tools_leave_in_a_file_is_no_fault(replay):
    bare = {
        "message": None,
        "cause": 7,
        "stack": "Error: no rate\n    at price (/ci/src/price.ts:5:3)",
        "run": {"id": 4},
    }
    marked = b"\xef\xbb\xbf" + json.dumps(LINE).encode() + b"\r"
    assert "n 2, causes 2, groups 2" in replay(marked, b"", bare, b"")[1]


def test_marks_that_no_terminal_shows_break_nothing(replay):
    strange = "".join(map(chr, (*range(32), 0x7F, 0x85, 0x2028, 0x202E, 0xD800, 0xDFFF, 0xFFFF)))
    code, out, _err = replay({**LINE, "message": strange, "test": strange, "stack": strange}, options=["--json"])
    assert (code, json.loads(out)["n"]) == (0, 1)


def test_a_message_of_ten_megabytes_is_read_and_a_line_without_end_is_refused(replay):
    long = {**LINE, "message": "no rate for EUR\n" + "x y " * 2_500_000, "stack": "  at a.b(c.ts:1:1)\n" * 100_000}
    assert "n 2, causes 1, groups 1" in replay(long, {**long, "message": long["message"] + "z"})[1]
    code, _out, err = replay(LINE, b'{"message": "' + b"x" * 33_000_000)
    assert (code, err[:32]) == (2, "signalbox: /messages.jsonl:2:1: ")
    assert "more than 32,000,000 bytes" in err


def test_a_file_without_messages_and_a_missing_one_are_said(replay, capsys):
    assert replay(b"")[0] == 2
    assert run(["failures", "replay", "/nowhere.jsonl"]) == 2
    assert "/nowhere.jsonl cannot be read: No such file or directory." in capsys.readouterr().err


def test_masks_of_a_catalog_count_as_well(replay, tmp_path):
    catalog = tmp_path / "signalbox.yaml"
    catalog.write_text("environments:\n  integration: {}\nmasks:\n  branch: 'branch `(\\w+)`'\n")
    lines = [{**LINE, "message": f"no ledger of branch `{each}`"} for each in ("Kiel", "Bonn")]
    assert "groups 2" in replay(*lines)[1]
    assert "groups 1" in replay(*lines, options=["--catalog", str(catalog)])[1]
