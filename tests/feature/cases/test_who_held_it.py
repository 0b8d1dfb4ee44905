"""The timeline of a case tells who held the environment in those minutes, however long before they began."""

from datetime import timedelta

import pytest

from bot.bootstrap.happenings import LEASES, HeldAround
from bot.ports.telemetry import Window
from bot.reservations.chronicle import Chronicle
from bot.reservations.service import Wish
from bot.reservations.values import Mode, Scope, Terms
from tests.support.suites import ANA, BEN, CEM, a_team, by, holds

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def team(valkey, tmp_path):
    async with a_team(valkey, f"sqlite+aiosqlite:///{tmp_path}/signalbox.db") as team:
        yield team


async def test_leases_stand_where_they_began_and_ended_and_older_ones_at_the_beginning(team):
    held = HeldAround(Chronicle(team.database, "T1"), team.reservations)
    for person in (ANA, BEN):
        await holds(team, person, Mode.SHARED)
        team.clock.advance(10 * MINUTE)
    window = Window(team.clock.now() - 5 * MINUTE, team.clock.now() + 8 * MINUTE)
    [first] = [each for each in (await team.reservations.current()).leases.values() if each.person == ANA]
    await team.reservations.release(first.id, caller=by(ANA, "back"))
    team.clock.advance(5 * MINUTE)
    await holds(team, CEM, Mode.SHARED)
    team.clock.advance(60 * MINUTE)

    told = sorted(await held("integration", window), key=lambda each: each.at)
    assert [(each.by, each.what.partition(",")[0]) for each in told] == [
        (ANA, "has held integration"),
        (BEN, "has held integration"),
        (ANA, "gave back integration"),
        (CEM, "holds integration"),
    ]
    assert [each.since and each.since < window.start for each in told] == [True, True, None, None]
    assert [each.at - window.start for each in told] == [0 * MINUTE, 0 * MINUTE, 5 * MINUTE, 10 * MINUTE]
    assert await held("staging", window) == []


async def test_of_very_many_leases_those_around_the_first_red_run_are_told_and_that_there_were_more(team):
    held, start = HeldAround(Chronicle(team.database, "T1"), team.reservations), team.clock.now()
    for number in range(LEASES + 1):
        wish = Wish(Scope("integration"), Mode.EXCLUSIVE, 30 * MINUTE, Terms())
        await team.reservations.reserve(wish, caller=by(ANA, f"hold{number}"))
        [lease] = (await team.reservations.current()).leases
        await team.reservations.release(lease, caller=by(ANA, f"back{number}"))
        team.clock.advance(MINUTE)
    told = sorted(await held("integration", Window(start, team.clock.now())), key=lambda each: each.at)
    assert len(told) == 2 * LEASES + 1
    assert told[-1].what == f"who held anything from then on is not told: there were more than {LEASES} leases"
    assert [each.at for each in told[-3:]] == [start + (LEASES - 1) * MINUTE] * 3
