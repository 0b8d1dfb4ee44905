"""What somebody has been told today is read from the outbox: each message once, from their own midnight on."""

import asyncio
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import func, select
from structlog.testing import capture_logs

from bot.catalog import Catalog, Hours
from bot.notices.facts import LeaseFacts
from bot.notices.model import AlsoToday, DoneForYou, Envelope, Kept, QuestionOver, TurnSoon
from bot.notices.noise import BUDGET, ENOUGH
from bot.notices.outbox import put
from bot.notices.personal import PersonalSettings, as_wanted, tell
from bot.notices.preferences import Preferences, Quiet
from bot.notices.running import RunFacts, SuiteEnded
from bot.notices.tables import OutboxRow
from bot.ports.chat import Message
from tests.support.envelopes import WORKSPACE, WallClock, envelope, render
from tests.support.stores import BOTH

pytestmark = BOTH
CATALOG = Catalog(environments={}, hours=Hours("Europe/Berlin"))
EIGHT_IN_BERLIN = datetime(2026, 1, 5, 7, tzinfo=UTC)
LEASE = LeaseFacts("L", 1, "U1", "integration", (), "exclusive", "waiting", "", EIGHT_IN_BERLIN, 60)
GREEN = RunFacts("R1", 5, "api", "integration", "U1", "person", "over", EIGHT_IN_BERLIN, verdict="passed")
SOON = Envelope("soon", "U1", TurnSoon(LEASE, EIGHT_IN_BERLIN))
LATER = EIGHT_IN_BERLIN + timedelta(hours=1)
ALSO = AlsoToday((Kept(LATER, SOON.notice),))
TOGETHER = [Envelope("soon:also", "U1", ALSO, card="today:U1:2026-01-05", final=True)]


def had(database, count, *, at=EIGHT_IN_BERLIN, **more):
    """`count` messages to U1 at this time."""
    envelopes = [envelope(f"{at}{n}", "U1", **more) for n in range(count)]
    return database.transact(lambda session: put(session, WORKSPACE, envelopes, now=at))


def put_now(outbox, *envelopes, at):
    return outbox.database.transact(lambda session: put(session, WORKSPACE, envelopes, now=at))


def left(database, *envelopes, now=LATER):
    """What becomes of one that can share a message."""
    return database.transact(
        lambda session: as_wanted(session, WORKSPACE, envelopes or [SOON], CATALOG, now=now),
    )


def told(database, envelope):
    """As a room does: decided and written in one transaction."""
    return database.transact(lambda session: tell(session, WORKSPACE, [envelope], CATALOG, now=LATER))


async def test_it_begins_a_message_unless_that_would_be_the_last_of_the_day(outbox):
    await had(outbox.database, BUDGET - 2)
    assert await left(outbox.database) == TOGETHER
    await had(outbox.database, 1, at=EIGHT_IN_BERLIN + timedelta(minutes=1))
    [waits] = await left(outbox.database)
    assert (waits.notice, waits.not_before) == (SOON.notice, EIGHT_IN_BERLIN + timedelta(hours=25))


async def test_one_outcome_rings_beside_the_message_that_is_shared(outbox):
    await told(outbox.database, SOON)
    first, second = (Envelope(id, "U1", SuiteEnded(GREEN)) for id in ("first", "second"))
    assert await left(outbox.database, first) == [first]
    await told(outbox.database, first)
    [shared] = await left(outbox.database, second)
    assert shared.notice == AlsoToday((*ALSO.kept, Kept(LATER, second.notice)))


async def test_all_of_a_day_that_shares_it_is_one_message_and_stays_whole_when_several_add_to_it(outbox):
    await had(outbox.database, ENOUGH)
    news = [Envelope(f"mate {n}", "U1", DoneForYou(LEASE, "extended", f"U{n}")) for n in range(6)]
    await asyncio.gather(*(told(outbox.database, each) for each in news))
    shown = []

    def words(notice):
        if isinstance(notice, AlsoToday):
            shown.append({each.notice for each in notice.kept})
            return Message(f"{len(notice.kept)} things")
        return render(notice)

    async with outbox.delivering(render=words):
        await outbox.until_over()
    assert shown[-1] == {each.notice for each in news}
    assert len(outbox.texts) == ENOUGH + 1


@pytest.mark.parametrize("written", [{"payload": '[["2026-01-05T08:00:00Z","NoSuchNews",{}]]'}, {"kind": "NoSuchKind"}])
async def test_where_another_release_wrote_what_cannot_be_read_the_news_is_told_all_the_same(outbox, written):
    await told(outbox.database, SOON)
    theirs = update(OutboxRow).values(**written)
    await outbox.database.transact(lambda session: session.connection().execute(theirs))
    mate = Envelope("mate", "U1", DoneForYou(LEASE, "extended", "U2"))
    with capture_logs() as logs:
        [shared] = await left(outbox.database, mate)
    assert shared.notice == AlsoToday((Kept(LATER, mate.notice),))
    assert [each["event"] for each in logs] == ["what was told today cannot be read"]


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
    await told(outbox.database, mate)
    await had(outbox.database, ENOUGH)
    assert await left(outbox.database, mate) == []
    await told(outbox.database, SOON)
    await had(outbox.database, BUDGET, at=EIGHT_IN_BERLIN + timedelta(days=1))
    assert await left(outbox.database, SOON, mate, now=LATER + timedelta(days=1)) == []


async def test_repeats_at_once_are_told_once_as_well(outbox):
    await asyncio.gather(*(told(outbox.database, SOON) for _ in range(4)))
    async with outbox.database.read() as session:
        ids = (await session.exec(select(OutboxRow.id).where(OutboxRow.to == "U1"))).all()
    assert [id for id in ids if id.startswith("soon")] == ["soon:also"]


async def test_the_day_begins_at_their_own_midnight(outbox):
    before_midnight = datetime(2026, 1, 4, 22, 59, tzinfo=UTC)
    [shared] = await left(outbox.database, now=before_midnight)
    assert shared.card == "today:U1:2026-01-04"
    await had(outbox.database, BUDGET - 1, at=before_midnight)
    [waits] = await left(outbox.database, now=before_midnight)
    assert waits.not_before
    assert await left(outbox.database) == TOGETHER


async def test_edits_of_one_message_are_one_message(outbox):
    await had(outbox.database, BUDGET - 1, card="offer")
    assert await left(outbox.database) == TOGETHER


async def test_what_edits_a_message_of_yesterday_does_not_count_today(outbox):
    yesterday = EIGHT_IN_BERLIN - timedelta(days=1)
    await put_now(outbox, *(envelope(f"asked {n}", "U1", card=f"asked {n}") for n in range(BUDGET)), at=yesterday)
    async with outbox.delivering(render=lambda notice: Message(type(notice).__name__)):
        await outbox.until_over()
    news = [envelope(f"news {n}", "U1", card=f"asked {n}", final=True) for n in range(BUDGET - 1)]
    over = Envelope("over", "U1", QuestionOver("wanted", "ended", LEASE), card=f"asked {BUDGET - 1}", final=True)
    await put_now(outbox, *news, over, at=EIGHT_IN_BERLIN)
    assert await left(outbox.database) == TOGETHER


async def test_what_yesterday_wrote_and_today_sends_counts_today(outbox):
    yesterday = EIGHT_IN_BERLIN - timedelta(days=1)
    for at in (yesterday, EIGHT_IN_BERLIN):
        await had(outbox.database, 1, at=at, card="never posted")
    await had(outbox.database, BUDGET - 2, at=EIGHT_IN_BERLIN + timedelta(minutes=1))
    [waits] = await left(outbox.database)
    assert waits.not_before


async def test_two_that_tell_the_same_people_in_another_order_do_not_wait_for_each_other(outbox):
    """PostgreSQL ends one of two transactions that do, and nothing of it is recorded."""

    def telling(*people):
        def write(session):
            for person in people:
                envelope = Envelope(f"{people[0]} to {person}", person, SOON.notice)
                tell(session, WORKSPACE, [envelope], CATALOG, now=LATER)
                if session.get_bind().dialect.name == "postgresql":
                    session.exec(select(func.pg_sleep(0.1))).one()

        return outbox.database.transact(write)

    await asyncio.gather(telling("U1", "U2"), telling("U2", "U1"))
    async with outbox.database.read() as session:
        assert len((await session.exec(select(OutboxRow))).all()) == 4


async def test_an_edit_of_what_stands_is_left_alone(outbox):
    begun = Envelope("soon", "U1", SOON.notice, card="soon")
    await had(outbox.database, ENOUGH)
    assert [each.notice for each in await left(outbox.database, begun)] == [ALSO]
    await had(outbox.database, 1, at=EIGHT_IN_BERLIN + timedelta(minutes=1), card="soon")
    assert await left(outbox.database, begun) == [begun]


async def test_what_is_held_back_for_the_evening_does_not_count(outbox):
    await had(outbox.database, BUDGET - 1, not_before=EIGHT_IN_BERLIN + timedelta(hours=10))
    assert await left(outbox.database) == TOGETHER


@pytest.mark.parametrize("unlimited", [True, False])
async def test_whoever_chose_so_gets_all(outbox, unlimited):
    personal = PersonalSettings(
        outbox.database, WallClock(), workspace=WORKSPACE, catalog=lambda: CATALOG, wake=lambda: None
    )
    await personal.save("U1", Preferences(unlimited=unlimited))
    await had(outbox.database, ENOUGH)
    assert await left(outbox.database) == ([SOON] if unlimited else TOGETHER)
