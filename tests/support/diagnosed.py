"""A team whose cases are explained: the evidence is as a test says it, jobs are done when a test says so."""

from __future__ import annotations

import json
from typing import Any

from sqlmodel import col, select

from bot.bootstrap.narrator import as_it_is
from bot.cases.desk import Desk
from bot.cases.diagnosed import DiagnosedCases, explainable
from bot.cases.store import Store as CaseStore
from bot.diagnosis.consequences import Consequences
from bot.diagnosis.investigating import Investigating
from bot.diagnosis.service import ASK, OF_CASE, Diagnoses, wanted
from bot.diagnosis.store import Store
from bot.notices.diagnosing import DiagnosisCard, DiagnosisLine
from bot.notices.outbox import envelope_of
from bot.notices.tables import OutboxRow
from bot.reactions.cases import CaseStory
from bot.reactions.diagnoses import DiagnosisStory
from bot.runtime.job_tables import JobRow
from tests.support.cases import CHANNEL, links, with_cases
from tests.support.diagnosing import Scripted

LONGEST = 60.0


def with_diagnoses(team: Any, scripted: Scripted) -> Any:
    """The same team, whose cases are explained."""
    with_cases(team)
    store, about = CaseStore(team.database, "T1"), {"catalog": lambda: team.catalog, "clock": team.clock}
    tell = CaseStory("T1", lambda: team.catalog, links(team))

    def then(session, step):
        if explainable(step):
            wanted(session, "T1", step.after.id, step.after.revision, team.clock)

    desk = Desk(store, team.around, tell=tell, then=then, **about)
    team.found.then = desk
    team.diagnosed = DiagnosedCases(store, desk, team.clock, tell.mentioned, team.around)
    team.scripted, team.diagnoses, team.finished = scripted, another(team, scripted), set()
    return team


def another(team: Any, scripted: Scripted, narrate=as_it_is) -> Diagnoses:
    """As another process has it."""
    story = DiagnosisStory("T1", lambda: team.catalog)
    after = Consequences(Store(team.database, "T1"), team.diagnosed, story.owners, story, team.clock)
    investigate = Investigating(scripted.gather, scripted.explain, narrate)
    return Diagnoses(after, scripted, investigate, team.clock, wake=lambda: None, longest=LONGEST)


async def jobs(team: Any, *names: str) -> list[JobRow]:
    async with team.database.read() as session:
        rows = (await session.exec(select(JobRow).where(col(JobRow.name).in_(names)))).all()
    return [row for row in rows if row.id not in team.finished]


async def work(team: Any, diagnoses: Diagnoses | None = None) -> None:
    """Do every job that is there, and those that follow."""
    by: Diagnoses = diagnoses or team.diagnoses
    does = {OF_CASE: by.open_case, ASK: by.answer}
    while due := await jobs(team, *does):
        for job in due:
            team.finished.add(job.id)
            await does[job.name](json.loads(job.arguments))


async def cards(team: Any, to: str = CHANNEL) -> list[DiagnosisCard]:
    return [each for each in await team.told(to) if isinstance(each, DiagnosisCard)]


async def lines(team: Any) -> list[DiagnosisLine]:
    return [each for each in await team.told(CHANNEL) if isinstance(each, DiagnosisLine)]


async def envelopes(team: Any):
    async with team.database.read() as session:
        rows = (await session.exec(select(OutboxRow).order_by(col(OutboxRow.position)))).all()
    return [envelope_of(row) for row in rows]
