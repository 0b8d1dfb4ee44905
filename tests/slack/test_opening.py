"""The opening of the sample environment: it is played once, in front of people, and makes way for them."""

import asyncio

import pytest

from bot.bootstrap.opening.play import Opening, World
from bot.catalog import load
from bot.grammar.words import why_taken
from tests.support.signalbox import BEN, CEM, DANA, INTEGRATION, SAMPLE
from tests.support.waiting import eventually


class NothingRuns:
    """Deployments where nothing can be deployed: lines that ask for it are refused."""

    async def where(self):
        return []

    async def under_way(self):
        return []

    async def history(self, **_about):
        return []


@pytest.fixture
def opening(signalbox, tmp_path):
    lines = SAMPLE.read_text().splitlines(keepends=True)
    without_health = tmp_path / "opening.yaml"
    without_health.write_text("".join(line for line in lines if not line.strip().startswith("health:")))
    catalog = load(without_health, why_taken=why_taken)
    world = World(
        lambda: catalog, signalbox.started.rooms.reservations, NothingRuns(), signalbox.clock, pause=0, look=0.01
    )
    return Opening(signalbox.workspace.url, world, tmp_path / "sample" / "opening")


def people_of(signalbox):
    return {lease.person for lease in signalbox.started.rooms.reservations.cached().leases.values()}


async def said(signalbox, what):
    return [each["text"] for each in await signalbox.workspace.messages(INTEGRATION) if what in each["text"]]


async def test_it_is_played_until_somebody_changes_something_and_leaves_them_what_it_had(signalbox, opening):
    playing = asyncio.create_task(opening.run())
    await signalbox.announced("we play an opening")
    await signalbox.told(DANA, "handed to you as soon as it is free")
    await signalbox.type(CEM, "/env")
    await signalbox.type(CEM, "/deploy history")
    assert opening.plays, "whoever only looks stops nothing"
    await signalbox.type(CEM, "/env integration/orders 1h cart")
    await playing
    await eventually(lambda: people_of(signalbox) == {CEM})
    assert not opening.plays
    assert len(await said(signalbox, "We stop here")) == 1
    await opening.run()
    assert (len(await said(signalbox, "we play an opening")), people_of(signalbox)) == (1, {CEM})


async def test_one_that_was_cut_off_is_cleared_away(signalbox, opening, tmp_path):
    note = tmp_path / "sample" / "opening"
    note.parent.mkdir()
    note.write_text("playing")
    await signalbox.type(BEN, "/env reserve integration/orders 15m when was it ordered")
    await signalbox.type(CEM, "/env reserve integration/inventory 15m of my own")
    await opening.run()
    await eventually(lambda: people_of(signalbox) == {CEM})
    assert (note.read_text(), await said(signalbox, "we play an opening")) == ("over", [])


async def test_where_somebody_has_done_something_before_it_is_not_played(signalbox, opening):
    await signalbox.type(CEM, "/env reserve integration/orders 1h")
    await opening.run()
    assert (await said(signalbox, "opening"), people_of(signalbox)) == ([], {CEM})
