"""Web and worker as processes of their own: what the one commits, the other tells at once."""

from datetime import timedelta

import pytest

from bot.reservations.service import Wish
from bot.reservations.values import Mode, Scope, Terms
from bot.values import Caller
from integrations.workspace.limits import Limits
from tests.support.signalbox import ANA, BEN, signalbox_here

SOON = 15.0
"""Seconds: half of the time after which a worker looks by itself, which it must not need."""


@pytest.fixture
async def apart(valkey, tmp_path):
    async with signalbox_here(tmp_path, valkey.url, limits=Limits().loosened(), apart=True) as running:
        yield running


async def test_what_the_web_part_commits_is_told_by_the_worker_at_once(apart):
    web = apart.started.rooms.reservations
    scope, hour = Scope("integration"), timedelta(hours=1)
    for number, person in enumerate((ANA, BEN)):
        caller = Caller(person, f"r{number}")
        await web.reserve(Wish(scope, Mode.EXCLUSIVE, hour, Terms()), caller=caller)
    [held] = [lease.id for lease in web.cached().leases.values() if lease.person == ANA]
    await apart.announced("1 waiting")
    await web.release(held, caller=Caller(ANA, "r9"))
    await apart.told(BEN, "is yours if you want it", within=SOON)


async def test_what_time_brings_is_told_whichever_part_notices_it(apart):
    await apart.type(ANA, "/env integration 30m")
    apart.advance(timedelta(minutes=20, seconds=1))
    await apart.told(ANA, "Nobody is waiting for it", within=SOON)
