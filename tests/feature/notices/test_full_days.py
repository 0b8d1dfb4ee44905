"""What somebody has been told today is read from the outbox: each message once, from their own midnight on."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlmodel import select

from bot.catalog import Catalog, Hours
from bot.notices.facts import LeaseFacts
from bot.notices.model import AlsoToday, DoneForYou, Envelope, Kept, QuestionOver, TurnSoon
from bot.notices.noise import BUDGET, BY_THEMSELVES, ENOUGH
from bot.notices.outbox import put
from bot.notices.personal import PersonalSettings, as_wanted
from bot.notices.preferences import Preferences, Quiet
from bot.notices.tables import OutboxRow
from bot.ports.chat import Message
from tests.support.envelopes import WORKSPACE, WallClock, envelope, render
from tests.support.stores import BOTH

pytestmark = BOTH
CATALOG = Catalog(environments={}, hours=Hours("Europe/Berlin"))
EIGHT_IN_BERLIN = datetime(2026, 1, 5, 7, tzinfo=UTC)
LEASE = LeaseFacts("L", 1, "U1", "integration", (), "exclusive", "waiting", "", EIGHT_IN_BERLIN, 60)
SOON = Envelope("soon", "U1", TurnSoon(LEASE, EIGHT_IN_BERLIN))
LATER = EIGHT_IN_BERLIN + timedelta(hours=1)
TOGETHER = [Envelope("soon:also", "U1", AlsoToday((Kept(LATER, SOON.notice),)), card="today:U1:2026-01-05", final=True)]


def had(database, count, *, at=EIGHT_IN_BERLIN, **more):
    """`count` messages to U1 at this time."""
    envelopes = [envelope(f"{at}{n}", "U1", **more) for n in range(count)]
    return database.transact(lambda session: put(session, WORKSPACE, envelopes, now=at))


def left(database, *envelopes, now=LATER):
    """What becomes of one that can share a message."""
    return database.transact(
        lambda session: as_wanted(session, WORKSPACE, envelopes or [SOON], CATALOG, now=now),
    )


async def tell(database, envelope, *, at=LATER):
    """As a room does: decided and written in one transaction."""

    def write(session):
        put(session, WORKSPACE, as_wanted(session, WORKSPACE, [envelope], CATALOG, now=at), now=at)

    await database.transact(write)


async def test_after_enough_messages_it_shares_one(outbox):
    await had(outbox.database, ENOUGH - 1)
    assert await left(outbox.database) == [SOON]
    await had(outbox.database, 1, at=EIGHT_IN_BERLIN + timedelta(minutes=1))
    assert await left(outbox.database) == TOGETHER


async def test_so_does_the_third_that_asks_nothing(outbox):
    for n in range(BY_THEMSELVES):
        assert await left(outbox.database) == [SOON]
        await tell(outbox.database, Envelope(f"{n}", "U1", DoneForYou(LEASE, "extended", "U2")))
    assert await left(outbox.database) == TOGETHER


async def test_all_of_a_day_that_shares_it_is_one_message_and_stays_whole_when_several_add_to_it(outbox):
    await had(outbox.database, ENOUGH)
    told = [Envelope(f"mate {n}", "U1", DoneForYou(LEASE, "extended", f"U{n}")) for n in range(6)]
    await asyncio.gather(*(tell(outbox.database, each) for each in told))
    shown = []

    def words(notice):
        if isinstance(notice, AlsoToday):
            shown.append({each.notice for each in notice.kept})
            return Message(f"{len(notice.kept)} things")
        return render(notice)

    async with outbox.delivering(render=words):
        await outbox.until_over()
    assert shown[-1] == {each.notice for each in told}
    assert len(outbox.texts) == ENOUGH + 1


async def test_late_on_the_fullest_of_days_it_waits_for_the_next_working_day(outbox):
    await had(outbox.database, BUDGET)
    [waits] = await left(outbox.database)
    assert (waits.notice, waits.not_before) == (SOON.notice, EIGHT_IN_BERLIN + timedelta(hours=25))


async def test_it_does_not_come_in_the_quiet_hours_of_that_morning(outbox):
    personal = PersonalSettings(
        outbox.database, WallClock(), workspace=WORKSPACE, catalog=lambda: CATALOG, wake=lambda: None
    )
    await personal.save("U1", Preferences(quiet=Quiet.OWN, quiet_from=time(20), quiet_to=time(11)))
    await had(outbox.database, BUDGET)
    [waits] = await left(outbox.database, now=EIGHT_IN_BERLIN + timedelta(hours=4))
    assert waits.not_before == EIGHT_IN_BERLIN + timedelta(hours=27)


async def test_a_repeat_is_told_once_however_full_the_day_has_become(outbox):
    mate = Envelope("mate", "U1", DoneForYou(LEASE, "extended", "U2"))
    await tell(outbox.database, mate)
    await had(outbox.database, ENOUGH)
    assert await left(outbox.database, mate) == []
    await tell(outbox.database, SOON)
    await had(outbox.database, BUDGET, at=EIGHT_IN_BERLIN + timedelta(days=1))
    assert await left(outbox.database, SOON, mate, now=LATER + timedelta(days=1)) == []


async def test_repeats_at_once_are_told_once_as_well(outbox):
    await had(outbox.database, ENOUGH - 1)
    await asyncio.gather(*(tell(outbox.database, SOON) for _ in range(4)))
    async with outbox.database.read() as session:
        ids = (await session.exec(select(OutboxRow.id).where(OutboxRow.to == "U1"))).all()
    assert [id for id in ids if id.startswith("soon")] == ["soon"]


async def test_the_day_begins_at_their_own_midnight(outbox):
    before_midnight = datetime(2026, 1, 4, 22, 59, tzinfo=UTC)
    await had(outbox.database, ENOUGH, at=before_midnight)
    assert await left(outbox.database) == [SOON]
    [shared] = await left(outbox.database, now=before_midnight)
    assert shared.card == "today:U1:2026-01-04"


async def test_edits_of_one_message_are_one_message(outbox):
    await had(outbox.database, ENOUGH, card="offer")
    assert await left(outbox.database) == [SOON]


async def test_what_only_edits_a_message_of_yesterday_does_not_count(outbox):
    yesterday = EIGHT_IN_BERLIN - timedelta(days=1)
    for n in range(ENOUGH):
        asked = envelope(f"asked {n}", "U1", card=f"asked {n}")
        over = Envelope(f"over {n}", "U1", QuestionOver("wanted", "ended", LEASE), card=f"asked {n}", final=True)
        await outbox.database.transact(lambda session, it=asked: put(session, WORKSPACE, [it], now=yesterday))
        async with outbox.delivering(render=lambda notice: Message(type(notice).__name__)):
            await outbox.until_over()
        await outbox.database.transact(lambda session, it=over: put(session, WORKSPACE, [it], now=EIGHT_IN_BERLIN))
    assert await left(outbox.database) == [SOON]


async def test_an_edit_of_what_stands_is_left_alone(outbox):
    begun = Envelope("soon", "U1", SOON.notice, card="soon")
    await had(outbox.database, ENOUGH)
    assert [each.notice for each in await left(outbox.database, begun)] == [TOGETHER[0].notice]
    await had(outbox.database, 1, at=EIGHT_IN_BERLIN + timedelta(minutes=1), card="soon")
    assert await left(outbox.database, begun) == [begun]


async def test_what_is_held_back_for_the_evening_does_not_count(outbox):
    await had(outbox.database, ENOUGH, not_before=EIGHT_IN_BERLIN + timedelta(hours=10))
    assert await left(outbox.database) == [SOON]


@pytest.mark.parametrize("unlimited", [True, False])
async def test_whoever_chose_so_gets_all(outbox, unlimited):
    personal = PersonalSettings(
        outbox.database, WallClock(), workspace=WORKSPACE, catalog=lambda: CATALOG, wake=lambda: None
    )
    await personal.save("U1", Preferences(unlimited=unlimited))
    await had(outbox.database, ENOUGH)
    assert await left(outbox.database) == ([SOON] if unlimited else TOGETHER)
