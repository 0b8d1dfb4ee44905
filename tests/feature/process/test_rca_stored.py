"""signalbox rca explain and accuracy: what a database knows, as its owner reads it."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from inline_snapshot import snapshot

from bot.cases.store import Store as Cases
from bot.cases.values import Case, Evidence, Place, RunRef, Struck
from bot.cli.app import run
from bot.diagnosis import model
from bot.diagnosis.asking import About
from bot.diagnosis.model import Answer
from bot.diagnosis.store import Store
from bot.diagnosis.values import Judgement
from bot.failures.verdict import Verdict
from bot.migrations.run import upgrade
from bot.runtime.database import open_database
from bot.runtime.folder import prepare
from bot.settings import Settings, load, variable_of
from tests.support.diagnosing import ASKED, AT, LIKELY, question

NOW = datetime(2026, 3, 2, 12, 10, tzinfo=UTC)
RUN = RunRef("R418AAAAA", 418, NOW, 127, 4)
CASE = Case(
    "C2Q7WMZ3A",
    Place("checkout-api", "integration"),
    NOW,
    RUN,
    RUN,
    (Struck("eur", "KeyError", ("1",), ("t",), Evidence(Verdict.NEW)),),
)


CATALOG = """
environments: { integration: { services: [payments] } }
services: { payments: { owners: [checkout] } }
teams: { checkout: { members: [anna] } }
people: { anna: { slack: U0ANA } }
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_of(field), raising=False)
    monkeypatch.chdir(tmp_path)


def answered(id, judged=None, **about):
    step = model.answer(model.opened(question(id, **about), "", AT).after, Answer(LIKELY, ("payments",), ASKED), NOW)
    assert step is not None
    known = step.after
    if judged is None:
        return known
    said = model.judge(known, Judgement(judged, "U0ANA", NOW, "" if judged else "orders"))
    assert said is not None
    return said.after


async def keep(*known, cases=(CASE,)):
    settings = load()
    prepare(settings.data_dir)
    await upgrade(settings.database_address())
    database = await open_database(settings.database_address())
    kept, diagnoses = Cases(database, settings.workspace_id), Store(database, settings.workspace_id)

    def work(session):
        for each in cases:
            kept.put(session, each)
        for each in known:
            diagnoses.put(session, each)

    await database.transact(work)
    await database.close()


def test_a_case_is_explained_by_its_id_or_the_number_of_its_run(capsys):
    asyncio.run(keep(answered("D1", about=About.CASE, case=CASE.id, cause="eur", named="KeyError")))
    assert run(["rca", "explain", "#418"]) == 0
    said = capsys.readouterr().out
    assert said.splitlines()[:3] == snapshot(
        [
            "Case C2Q7WMZ3A: KeyError, 2026-03-02 12:03 to 12:06 UTC",
            "Likely payments (strong evidence, uncalibrated here)",
            "  - POST /charge fails in 37 of 37 failing traces and in none of 240 healthy ones [37 items]",
        ]
    )
    assert "https://telemetry.example.com/traces/t0" in said
    assert run(["rca", "explain", CASE.id.lower(), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["service"] == "payments"


def test_cases_that_one_number_opened_are_all_explained_though_their_cause_is_the_same(capsys):
    other = replace(CASE, id="C2Q7WMZ3B", place=Place("checkout-ui", "integration"))
    about = {"about": About.CASE, "cause": "eur"}
    known = [answered(f"D{each.id}", case=each.id, named=each.place.suite, **about) for each in (CASE, other)]
    asyncio.run(keep(*known, cases=(CASE, other)))
    assert run(["rca", "explain", "418", "--json"]) == 0
    assert {each["named"] for each in json.loads(capsys.readouterr().out)} == {"checkout-api", "checkout-ui"}


def test_a_case_that_a_run_has_met_again_is_explained_beside_the_one_that_it_opened(capsys):
    later = replace(RUN, id="R420AAAAA", number=420)
    other = replace(CASE, id="C2Q7WMZ3B", first=later, last=later, numbers=(420,))
    known = [answered(f"D{each.id}", case=each.id, about=About.CASE, named=each.id) for each in (CASE, other)]
    asyncio.run(keep(*known, cases=(replace(CASE, last=later, numbers=(418, 420)), other)))
    assert run(["rca", "explain", "420", "--json"]) == 0
    assert {each["named"] for each in json.loads(capsys.readouterr().out)} == {CASE.id, other.id}
    assert run(["rca", "explain", "420"]) == 0
    heads = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Case ")]
    assert {line.partition(":")[0] for line in heads} == {f"Case {CASE.id}", f"Case {other.id}"}


def test_a_diagnosis_is_explained_by_its_own_id_and_people_by_their_names(capsys, tmp_path):
    asyncio.run(keep(answered("D7", judged=True), answered("D8")))
    (tmp_path / "signalbox.yaml").write_text(CATALOG)
    assert run(["rca", "explain", "d7"]) == 0
    assert "Judged right, by anna." in capsys.readouterr().out
    (tmp_path / "signalbox.yaml").write_text("people: [")
    assert run(["rca", "explain", "D7"]) == 0
    told = capsys.readouterr()
    assert "Judged right, by U0ANA." in told.out
    assert "the catalog cannot be read" in told.err


def test_what_is_not_there_is_said_and_ends_with_1(capsys, monkeypatch):
    monkeypatch.setenv(variable_of("command_suite"), "/tests")
    asyncio.run(keep())
    assert run(["rca", "explain", "#418"]) == 1
    assert "Nothing of #418 was diagnosed yet. In Slack: /tests diagnose #418" in capsys.readouterr().err
    assert run(["rca", "explain", "CNOTHERE1"]) == 1
    assert "There is no case CNOTHERE1" in capsys.readouterr().err


def test_accuracy_counts_by_environment_and_confidence_with_its_interval(capsys):
    asyncio.run(keep())
    assert run(["rca", "accuracy"]) == 0
    assert "Nobody has judged a diagnosis yet" in capsys.readouterr().out
    known = [answered(f"D{number}", judged=number < 9) for number in range(10)]
    asyncio.run(keep(*known, answered("DOPEN"), answered("DOTHER", judged=False, environment="staging-2")))
    assert run(["rca", "accuracy"]) == 0
    assert capsys.readouterr().out == snapshot("""\
ENVIRONMENT  CONFIDENCE  RIGHT    SHARE  WILSON 95 %
integration  high        9 of 10  0.90   0.60 to 0.98  calibrated: said as high
integration  all         9 of 10  0.90   0.60 to 0.98
staging-2    high        0 of 1   0.00   0.00 to 0.79  uncalibrated here: said as high from 10 judged on, 90% of them right
staging-2    all         0 of 1   0.00   0.00 to 0.79
""")
    assert run(["rca", "accuracy", "--json"]) == 0
    first = json.loads(capsys.readouterr().out)[0]
    assert (first["right"], first["judged"], first["interval"], first["said"]) == (9, 10, [0.596, 0.982], True)
