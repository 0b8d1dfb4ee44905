"""What cannot be read another release may have written: one that can may still come, but nobody waits for that for ever."""

from dataclasses import replace
from datetime import timedelta

from sqlmodel import select

from bot.notices.tables import OutboxRow
from tests.feature.notices.conftest import QUICK
from tests.support.envelopes import envelope, unreadable, write
from tests.support.stores import BOTH
from tests.support.waiting import eventually


async def tries(outbox, count):
    async with outbox.database.read() as session:
        return (await session.exec(select(OutboxRow.attempts))).one() >= count


@BOTH
async def test_what_cannot_be_read_is_given_up_and_what_stands_behind_it_is_told(outbox):
    await write(outbox.database, envelope("a", confirm="l1:3"), envelope("b"))
    await unreadable(outbox.database, "a")
    async with outbox.delivering(pace=replace(QUICK, unreadable=3)):
        await outbox.until_over(10)
    assert (await outbox.stages(), outbox.texts) == ({"a": "dead", "b": "sent"}, ["b"])
    assert [(stored.confirm, stored.at) for stored in outbox.confirmed] == [("l1:3", None)]


async def test_it_waits_for_somebody_who_can_read_it(outbox):
    await write(outbox.database, envelope("a"))
    written = await unreadable(outbox.database, "a")
    slow = timedelta(seconds=0.2)
    async with outbox.delivering(pace=replace(QUICK, first=slow, longest=slow)):
        await eventually(lambda: tries(outbox, 1))
        await unreadable(outbox.database, "a", written)
        await outbox.until_over()
    assert outbox.texts == ["a"]
