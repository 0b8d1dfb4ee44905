"""signalbox rca eval: what it prints, and what it says of a folder it cannot read."""

import gzip
import json
import os
from pathlib import Path

import pytest

from bot.cli.app import run
from bot.diagnosis.evaluation.assembling import evidence_of
from bot.diagnosis.evaluation.casefiles import MOST_LINES
from bot.diagnosis.evaluation.evaluating import folders
from bot.diagnosis.ranking import rank
from tests.support.incidents import SECONDS, START, Fault, write_case, write_table

LABEL = {"root_cause_service": "payment", "fault_type": "failing"}
SHARED = Path(os.environ.get("RCA", "../shared/data/rca"))


@pytest.fixture
def evaluated(tmp_path, capsys):
    def evaluate(*options):
        code = run(["rca", "eval", str(tmp_path), *options])
        said = capsys.readouterr()
        return code, said.out, said.err.replace(str(tmp_path), "")

    return evaluate


def test_it_prints_how_often_it_is_right_with_n_and_an_interval_beside_trivial_answers(evaluated, tmp_path):
    write_case(tmp_path / "set" / "one", Fault("payment", fails=True), label=LABEL)
    write_case(
        tmp_path / "set" / "two", Fault("cart", own=90), label={"root_cause_service": "cart", "fault_type": "slow"}
    )
    code, out, _err = evaluated()
    assert code == 0
    assert "made up: 2 cases" in out
    assert "AC@1 1.00 [0.34, 1.00]" in out
    assert {"failing", "slow"} <= set(out.split())
    for trivial in ("(largest robust z)", "(n-sigma)", "(most frequent answer)"):
        assert trivial in out
    assert "confidence: high 2 of 2 right" in out
    assert "(last deployment)" not in out, "none is known here"


def test_for_programs_it_prints_the_services_the_change_and_the_evidence_of_every_case(evaluated, tmp_path):
    folder = write_case(tmp_path / "one", Fault("payment", fails=True), label={**LABEL, "root_cause_commit": "none"})
    (folder / "changes.json").write_text(
        json.dumps({"deployments": [{"time": START, "service": "web"}], "commits": []})
    )
    code, out, _err = evaluated("--json")
    said = json.loads(out)
    (case,) = said["cases"]
    assert (code, case["case"], case["answer"], case["place"], case["label"]) == (0, "one", "payment", 1, "payment")
    assert {each["service"] for each in case["ranked"]} == {"web", "cart", "orders", "payment", "stock"}
    assert case["change"] == {"commit": "none", "because": "nothing was deployed to payment before it began"}
    told = [item for each in case["ranked"][0]["findings"] for item in each["evidence"]]
    assert set(told) <= {item["id"] for item in case["evidence"]}
    assert all(item["link"] and item["time"] >= START for item in case["evidence"])
    assert said["all"]["ranking"]["ac1"] == {
        "right": 1,
        "n": 1,
        "value": 1.0,
        "interval": [pytest.approx(0.2065, abs=0.001), 1.0],
    }
    assert said["all"]["commits"]["right"] == 1


def test_the_ranker_never_sees_the_label(tmp_path):
    """What the evidence is made of is the same with a label, with none, and with one that nobody can read."""
    folder = write_case(tmp_path / "one", Fault("payment", fails=True), label=LABEL)
    with_it = rank(evidence_of(folder))
    (folder / "label.json").write_bytes(b"\xff nonsense")
    assert rank(evidence_of(folder)) == with_it
    (folder / "label.json").unlink()
    assert rank(evidence_of(folder)) == with_it


@pytest.mark.parametrize(
    "without",
    [
        ("traces.csv.gz",),
        ("logs.csv.gz", "metrics.csv.gz"),
        ("traces.csv.gz", "metrics.csv.gz"),
        ("traces.csv.gz", "logs.csv.gz", "metrics.csv.gz"),
    ],
)
def test_every_file_but_the_case_itself_may_be_missing(evaluated, tmp_path, without):
    write_case(
        tmp_path / "one", Fault("payment", fails=True, cpu=9, says="cannot charge"), label=LABEL, without=without
    )
    write_case(tmp_path / "two", without=without)
    code, out, _err = evaluated()
    assert (code, "1 more cases have no label.json" in out) == (0, True)
    assert ("ranking                    AC@1 1.00" in out) is (len(without) < 3)


def test_without_any_label_it_ranks_and_says_that_nothing_was_compared(evaluated, tmp_path):
    write_case(tmp_path / "one")
    assert "No case has a label.json" in evaluated()[1]
    assert json.loads(evaluated("--json")[1])["n"] == 0


def test_a_healthy_reference_is_read_where_the_case_names_it(tmp_path):
    """The minutes before hold the fault already."""
    lasting = Fault("stock", cpu=9)
    folder = write_case(tmp_path / "one", lasting, healthy="../_healthy/calm", fault_time=START + 1.5 * SECONDS)
    write_case(tmp_path / "_healthy" / "calm")
    ranking = rank(evidence_of(folder))
    assert (ranking.answer, ranking.remarks) == ("stock", ())
    assert folders(tmp_path) == [folder], "a reference is no case"


def test_one_that_is_missing_is_replaced_by_one_beside_it_which_is_said(tmp_path):
    folder = write_case(tmp_path / "one", healthy="../_healthy/monday")
    assert "the time before the fault has to do" in " ".join(rank(evidence_of(folder)).remarks)
    write_case(tmp_path / "_healthy" / "calm")
    write_case(tmp_path / "_healthy" / "tuesday")
    assert "tuesday beside it was read" in " ".join(rank(evidence_of(folder)).remarks)


def test_an_alert_comes_after_the_fault_so_it_began_when_its_metric_left(tmp_path):
    alert = {"service": "stock", "metric": "cpu_usage"}
    folder = write_case(tmp_path / "one", Fault("stock", cpu=9), fault_time=START + 1.8 * SECONDS, alert=alert)
    assert evidence_of(folder).faulty.window.start == pytest.approx(START + SECONDS)


def test_more_lines_than_can_be_read_are_thinned_evenly_and_it_says_so(tmp_path):
    folder = write_case(tmp_path / "one")
    count = 2 * MOST_LINES + 10
    rows = (
        ("time", "service", "message"),
        *((START + each * 240 / count, "web", f"line {each}") for each in range(count)),
    )
    write_table(folder / "logs.csv.gz", rows)
    made = evidence_of(folder)
    assert made.remarks == (f"logs.csv.gz has {count:,} lines; one in 4 was read",)
    assert len(made.faulty.lines) == pytest.approx(len(made.references[0].lines), abs=2)
    assert made.faulty.lines_seen == pytest.approx(count / 2, rel=0.01)


def _broken(folder, name, content):
    (folder / name).write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("case.json", b"{", "/set/one/case.json: "),
        ("case.json", b"{}", "/set/one/case.json: Object missing required field `fault_time`"),
        ("case.json", b'{"fault_time": "noon"}', "/set/one/case.json: Expected `float`, got `str`"),
        (
            "label.json",
            b'{"fault_type": "x"}',
            "/set/one/label.json: Object missing required field `root_cause_service`",
        ),
        ("changes.json", b'{"commits": [{}]}', "/set/one/changes.json: Object missing required field `sha`"),
        ("traces.csv.gz", b"time,service", "/set/one/traces.csv.gz:1: it cannot be read: Not a gzipped file"),
        (
            "traces.csv.gz",
            gzip.compress(b"time,service\n", mtime=0),
            "/set/one/traces.csv.gz:1: the column trace_id is missing.",
        ),
        (
            "logs.csv.gz",
            gzip.compress(b"time,service,message\nnoon,web,x\n", mtime=0),
            "/set/one/logs.csv.gz:2: 'noon' is no number.",
        ),
        (
            "logs.csv.gz",
            gzip.compress(b"time,service,message\n1,web\n", mtime=0),
            "/set/one/logs.csv.gz:2: 2 fields, where the header names 3.",
        ),
        (
            "metrics.csv.gz",
            gzip.compress(b"time,service,metric,value\ninf,a,b,1\n", mtime=0),
            "'inf' is neither a moment nor an amount.",
        ),
        (
            "metrics.csv.gz",
            gzip.compress(b"time,service,metric,value\n1,a,b,1\n" * 50, mtime=0)[:40],
            "/set/one/metrics.csv.gz:",
        ),
    ],
)
def test_what_cannot_be_read_is_named_by_file_and_line(evaluated, tmp_path, name, content, says):
    folder = write_case(tmp_path / "set" / "one", label=LABEL)
    _broken(folder, name, content)
    code, out, err = evaluated()
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


def test_a_folder_without_cases_is_said_to_have_none(evaluated, tmp_path):
    assert evaluated()[0::2] == (2, "signalbox:  holds no cases: a case is a folder with a case.json.\n")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "traces.csv.gz").write_bytes(b"")
    assert "/one/case.json: it is missing" in evaluated()[2]
    assert run(["rca", "eval", str(tmp_path / "nowhere")]) == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared cases are not on this machine")
def test_on_authored_incidents_decoys_do_not_deceive_it(capsys):
    """The dev cases of rootcausebench, whose last deployment is innocent as a rule."""
    assert run(["rca", "eval", str(SHARED / "rootcausebench"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["all"]
    assert said["ranking"]["ac1"]["right"] >= 7
    assert said["commits"]["right"] >= 7
