"""Owners hear of each catalog that was refused, once."""

from bot.catalog import Catalog, Problem
from bot.catalog.values import Person
from bot.notices.refusals import RefusalNotices
from tests.support.envelopes import WORKSPACE, WallClock

PEOPLE = {name: Person(name, f"U0{name.upper()}") for name in ("ana", "ben")}
CATALOG = Catalog(environments={}, people=PEOPLE, owners=tuple(PEOPLE))
WRONG = (Problem("signalbox.yaml", 3, "No such service.", "Name one that exists."),)


async def test_each_occasion_is_told_once_to_every_owner(outbox):
    rung = []
    told = RefusalNotices(
        outbox.database, WallClock(), workspace=WORKSPACE, catalog=lambda: CATALOG, wake=lambda: rung.append(1)
    )
    for occasion in ("1", "1", "2"):
        await told.tell_owners(WRONG, occasion)
    assert len(await outbox.stages()) == 4
    assert rung
    async with outbox.delivering():
        await outbox.until_over()
    assert outbox.texts == ["signalbox.yaml:3: No such service. Name one that exists."] * 4
