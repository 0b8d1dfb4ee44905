"""A diagnosis whose job is lost, or ends its process, is asked again, but not for ever."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col
from structlog.testing import capture_logs

from bot.diagnosis.service import ASK
from bot.diagnosis.tables import DiagnosisRow
from bot.diagnosis.values import Stage
from tests.support.cases import TOLD
from tests.support.diagnosed import jobs, with_diagnoses, work
from tests.support.diagnosing import Scripted, question
from tests.support.suites import ANA, a_team


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as team:
        yield with_diagnoses(team, Scripted())


async def test_what_lost_its_job_is_asked_again_and_what_always_ends_its_process_is_given_up(team):
    [asked] = await team.diagnoses.ask([question()], by=ANA)
    team.finished |= {job.id for job in await jobs(team, ASK)}
    await team.diagnoses.sweep({})
    assert await jobs(team, ASK) == []
    team.clock.advance(timedelta(minutes=10))
    await team.diagnoses.sweep({})
    assert len(await jobs(team, ASK)) == 1
    team.scripted.trouble = ZeroDivisionError("a fault of ours")
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            await team.diagnoses.answer({"id": asked.id})
    await team.diagnoses.answer({"id": asked.id})
    found = await team.diagnoses.of(asked.id)
    assert (found.stage, len(team.scripted.gathered)) == (Stage.FAILED, 3)
    team.scripted.trouble = None
    await team.diagnoses.ask([question()], by=ANA)
    await work(team)
    assert (await team.diagnoses.of(asked.id)).stage is Stage.DONE


async def test_one_that_cannot_be_read_keeps_no_other_from_being_asked_again(team):
    await team.diagnoses.ask([question("DTHEIRS"), question("DOURS")], by=ANA)
    theirs = (
        update(DiagnosisRow).where(col(DiagnosisRow.id) == "DTHEIRS").values(body='{"stage": "of another release"}')
    )
    await team.database.transact(lambda session: session.connection().execute(theirs))
    team.finished |= {job.id for job in await jobs(team, ASK)}
    team.clock.advance(timedelta(minutes=10))
    with capture_logs() as logs:
        await team.diagnoses.sweep({})
    assert [json.loads(job.arguments)["id"] for job in await jobs(team, ASK)] == ["DOURS"]
    assert [each["id"] for each in logs if each["event"] == "a diagnosis cannot be read"] == ["DTHEIRS"]
