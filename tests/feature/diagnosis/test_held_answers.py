"""An answer is found while the database is away: it is written once that is back, and nobody is asked twice."""

import pytest

from bot.diagnosis.values import Stage
from bot.errors import NotFound, Unavailable
from tests.feature.diagnosis.test_asked_and_judged import a_case, one_of
from tests.support.cases import TOLD
from tests.support.diagnosed import another, with_diagnoses, work
from tests.support.diagnosing import Scripted
from tests.support.suites import a_team


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db", TOLD) as team:
        yield with_diagnoses(team, Scripted())


class Away:
    """A database that does not answer so often, once it is told to."""

    def __init__(self, database):
        self._database, self.times = database, 0

    def read(self):
        return self._database.read()

    async def transact(self, work):
        if self.times:
            self.times -= 1
            raise Unavailable("The database does not answer.")
        return await self._database.transact(work)


class Losing(Scripted):
    """The database is away from when the sources have been asked."""

    database = Away(None)

    async def gather(self, question):
        self.database.times = 2
        return await super().gather(question)


@pytest.mark.parametrize("trouble", [None, NotFound("No source has anything of it.")])
async def test_where_the_database_is_away_as_it_ends_the_answer_is_held_and_nobody_is_asked_again(team, trouble):
    case, losing = await a_case(team), Losing(trouble=trouble)
    team.database = losing.database = Away(team.database)
    await work(team, another(team, losing))
    found = await one_of(team, case)
    assert (found.stage, losing.gathered) == (Stage.FAILED if trouble else Stage.DONE, [found.id])
