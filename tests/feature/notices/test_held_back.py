"""What is held back in quiet hours comes as one message when they are over, once, or not at all when it is not true."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from bot.catalog import Catalog, Hours
from bot.notices.model import CatalogRefused, Envelope, WhileQuiet
from bot.notices.personal import PersonalSettings, as_wanted
from bot.notices.preferences import Preferences, Quiet
from bot.notices.tables import CardRow, PreferenceRow
from bot.notices.topics import Topic
from bot.ports.chat import Message
from tests.support.envelopes import WORKSPACE, WallClock, envelope, render, unreadable, write
from tests.support.stores import BOTH
from tests.support.waiting import eventually

pytestmark = BOTH
CATALOG = Catalog(environments={}, hours=Hours("UTC"))


def words(notice):
    if isinstance(notice, WhileQuiet):
        return Message(" + ".join(render(kept.notice).text for kept in notice.kept))
    return render(notice)


def soon(seconds=0.2):
    return datetime.now(UTC) + timedelta(seconds=seconds)


@pytest.fixture
def personal(database):
    return PersonalSettings(database, WallClock(), workspace=WORKSPACE, catalog=lambda: CATALOG, wake=lambda: None)


async def test_all_of_it_is_one_message_and_nothing_else_waits_for_it(outbox):
    later = soon(0.5)
    await write(outbox.database, *(envelope(x, "U1", not_before=later) for x in "abc"), envelope("now", "U1"))
    async with outbox.delivering(render=words, still_true=bool):
        await eventually(lambda: outbox.texts == ["now"])
        await outbox.until_over()
    assert outbox.texts == ["now", "a + b + c"]


async def test_each_person_gets_their_own_and_a_single_one_as_it_is(outbox):
    later = soon()
    await write(
        outbox.database,
        envelope("a", "U1", not_before=later),
        envelope("b", "U2", not_before=later),
        envelope("c", "U1", not_before=later),
    )
    async with outbox.delivering(render=words):
        await outbox.until_over()
    assert sorted(outbox.texts) == ["a + c", "b"]


async def test_what_is_no_longer_true_is_dropped(outbox):
    later = soon()
    await write(outbox.database, *(envelope(x, "U1", not_before=later) for x in "abc"))
    async with outbox.delivering(render=words, still_true=lambda notice: notice == CatalogRefused(("b",))):
        await outbox.until_over()
    assert outbox.texts == ["b"]


async def test_what_comes_as_it_is_keeps_its_own_card(outbox):
    first, second = (envelope(x, "U1", card=f"card of {x}", not_before=soon()) for x in "ab")
    await write(outbox.database, first, second)
    async with outbox.delivering(render=words, still_true=lambda notice: notice == first.notice):
        await outbox.until_over()
    async with outbox.database.read() as session:
        shown = (await session.exec(select(CardRow.card))).all()
    assert (outbox.texts, shown) == (["a"], ["card of a"])


async def test_when_nothing_of_it_is_true_nothing_is_said(outbox):
    await write(outbox.database, envelope("a", "U1", not_before=soon()))
    async with outbox.delivering(render=words, still_true=lambda _: False):
        await outbox.until_over()
    assert outbox.texts == []


async def test_what_cannot_be_read_is_given_up_and_the_rest_is_told(outbox):
    later = soon()
    people = {"a": "U1", "b": "U1", "c": "U2"}
    await write(outbox.database, *(envelope(id, to, not_before=later) for id, to in people.items()))
    await unreadable(outbox.database, "a")
    async with outbox.delivering(render=words):
        await outbox.until_over()
    stages = await outbox.stages()
    assert (sorted(outbox.texts), [stages[id] for id in people]) == (["b", "c"], ["dead", "superseded", "superseded"])


async def test_two_replicas_tell_it_once(outbox):
    later = soon()
    await write(outbox.database, *(envelope(f"{n}", f"U{n % 3}", not_before=later) for n in range(12)))
    async with outbox.delivering(render=words), outbox.delivering(render=words):
        await outbox.until_over()
    assert sorted(outbox.texts) == ["0 + 3 + 6 + 9", "1 + 4 + 7 + 10", "2 + 5 + 8 + 11"]


async def test_dying_while_it_is_told_neither_loses_nor_repeats_it(outbox):
    outbox.chat.lose_answer()
    await write(outbox.database, *(envelope(x, "U1", not_before=soon(0)) for x in "ab"))
    async with outbox.delivering(render=words):
        await eventually(lambda: outbox.chat.calls)
    async with outbox.delivering(render=words):
        await outbox.until_over()
    assert outbox.texts == ["a + b"]


async def test_settings_come_back_as_they_were_saved(personal):
    chosen = Preferences(
        frozenset({Topic.REMINDER, Topic.MATES}),
        Quiet.OWN,
        time(22, 30),
        time(7),
        zone_name="Asia/Tokyo",
        work=(time(10), time(19)),
        known_zone="Europe/Berlin",
        unlimited=True,
    )
    assert await personal.of("U1") == Preferences()
    for _ in range(2):
        await personal.save("U1", chosen)
        assert await personal.of("U1") == chosen
    await personal.save("U1", Preferences())
    assert await personal.of("U1") == Preferences()
    assert await personal.of("U2") == Preferences()


async def test_what_is_written_is_what_each_person_wants(outbox, personal):
    await personal.save("U1", Preferences(muted=frozenset({Topic.OWNER})))
    told = [Envelope("a", "U1", CatalogRefused(("a",))), Envelope("b", "U2", CatalogRefused(("b",)))]
    now = datetime.now(UTC)
    wanted = await outbox.database.transact(lambda session: as_wanted(session, WORKSPACE, told, CATALOG, now=now))
    assert [each.id for each in wanted] == ["b"]


async def test_a_choice_of_another_release_is_none_and_keeps_nothing_from_being_told(outbox, personal):
    await personal.save("U1", Preferences(frozenset({Topic.MATES}), Quiet.OWN))
    theirs = update(PreferenceRow).values(quiet="on holidays")
    await outbox.database.transact(lambda session: session.connection().execute(theirs))
    assert await personal.of("U1") == Preferences(frozenset({Topic.MATES}), Quiet.NEVER)


async def test_ending_ones_quiet_hours_brings_what_was_held_back(outbox, personal):
    await write(outbox.database, *(envelope(x, "U1", not_before=soon(3600)) for x in "ab"))
    async with outbox.delivering(render=words):
        await asyncio.sleep(0.2)
        assert outbox.texts == []
        await personal.save("U1", Preferences())
        await outbox.until_over()
    assert outbox.texts == ["a + b"]
