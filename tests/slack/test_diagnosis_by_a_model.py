"""A diagnosis that a model tells, as it stands in Slack: the model did what hostile telemetry told it to."""

import json
import re
from dataclasses import replace

import pytest

from bot.bootstrap.diagnoses import Asking
from bot.diagnosis.asking import About
from bot.diagnosis.narrative import plainly
from bot.ports.fake_pipelines import FakePipelines
from bot.runtime.database import open_database
from tests.support.diagnosing import Scripted
from tests.support.migrated import bring_up_to_date
from tests.support.narrating import ANSWERS, PARTS, TROUBLES, hostile_findings, narrating
from tests.support.red_suites import a_workspace_with_suites
from tests.support.signalbox import ANA, words_of

FINDINGS = hostile_findings()
ASKED = "/suite diagnose payments on integration"


class Hostile(Scripted):
    """Asked about anything, it is this failure."""

    async def gather(self, question):
        return FINDINGS.gathered

    async def of_service(self, service, environment, minutes, *, ago=0):
        return replace(FINDINGS.question, id="DHOSTILE", about=About.SERVICE, named=f"{service} in {environment}")


@pytest.fixture
async def model(tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/costs.db"
    await bring_up_to_date(url)
    database = await open_database(url)
    async with narrating(database) as both:
        yield both
    await database.close()


@pytest.fixture
async def signalbox(valkey, tmp_path, model):
    hostile = Hostile()
    asking = Asking(hostile, hostile.gather, plainly, model[0])
    async with a_workspace_with_suites(tmp_path, valkey.url, FakePipelines(), asking) as running:
        yield running


def held(message):
    """Mentions and links that Slack makes of it, and what can be pressed."""
    text = json.dumps(message, ensure_ascii=False)
    live = re.findall(r"<([!@#][^>]*|[a-z]+:[^>|]*)", text)
    return {each for each in live if not each.startswith("!date")}, set(re.findall(r'"action_id": "([^"]+)"', text))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (TROUBLES["obeys"], "Claude gave no reason that rests on the evidence"),
        (TROUBLES["obeys after it looked"], "Claude gave no reason that rests on the evidence"),
        (TROUBLES["invents evidence"], "Claude gave no reason that rests on the evidence"),
        (TROUBLES["hangs"], "Claude did not answer in 2 s"),
        (ANSWERS["obeys, and tells"], "Written by claude-opus-5-5"),
    ],
)
async def test_nobody_is_called_led_elsewhere_or_offered_what_telemetry_asked_for(signalbox, model, lines, says):
    model[1].says(*lines)
    await signalbox.type(ANA, ASKED)
    message = await signalbox.told(ANA, says)
    assert "Likely *payment*" in words_of(message)
    live, pressed = held(message)
    assert pressed
    assert [each for each in live if not each.startswith("http://127.0.0.1")] == []
    assert pressed <= {"diagnosis.right", "diagnosis.wrong", "diagnosis.share", "diagnosis.again", "diagnosis.report"}
    told = json.dumps(message).casefold()
    assert [part for part in PARTS if part in told] == []
