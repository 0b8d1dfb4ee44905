"""signalbox rca eval --with-model: the same cases, told by a model as well."""

import asyncio
import json

import pytest
from inline_snapshot import snapshot

from bot.cli.app import run
from bot.settings import Settings, variable_of
from tests.support.incidents import Fault, write_case
from tests.support.vendors.claude import KEY, Script, answers, claude_api, refuses, statement
from tests.support.vendors.server import served


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for field in Settings.model_fields:
        monkeypatch.delenv(variable_of(field), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cases(tmp_path):
    for number, service in enumerate(("cart", "payment", "stock")):
        write_case(tmp_path / "cases" / f"c{number}", Fault(service, own=90), label={"root_cause_service": service})
    return tmp_path / "cases"


async def told(monkeypatch, *arguments):
    script = Script()
    good = answers(summary=statement("It is slow.", "E1"), because=[statement("It takes longer.", "E1")])
    other = answers(service=2, because=[statement("It is that.", "E1")])
    script.says(good, refuses, other)
    async with served(claude_api(script)) as (address,):
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", address)
        assert await asyncio.to_thread(run, ["rca", "eval", *arguments, "--with-model"]) == 0
    return script


async def test_it_says_how_often_the_model_told_it_and_how_often_that_was_right(cases, monkeypatch, capsys):
    await told(monkeypatch, str(cases))
    text = capsys.readouterr().out
    assert "\n".join(text[text.index("Told by a model") :].splitlines()[:3]) == snapshot("""\
Told by a model: 2 of 3 cases; 1 x Claude would not answer
  right: 1 of 2; of these the ranking alone: 2
  confidence: high 1 of 1 right, low 0 of 1 right\
""")
    assert "AC@1 1.00" in text


async def test_for_programs_each_case_has_what_was_told(cases, monkeypatch, capsys):
    script = await told(monkeypatch, str(cases), "--json")
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["cases"]
    assert [each["told"]["author"] for each in found] == ["claude-opus-5-5", "", "claude-opus-5-5"]
    assert found[0]["told"]["because"][0]["words"] == "It takes longer."
    assert found[1]["told"]["remark"] == "Claude would not answer, so this is from the numbers alone."
    assert not [body for body in script.raw if b"root_cause" in body], "labels are for scoring"


def test_without_a_key_it_says_so(cases, capsys):
    assert run(["rca", "eval", str(cases), "--with-model"]) == 2
    assert "ANTHROPIC_API_KEY" in capsys.readouterr().err
