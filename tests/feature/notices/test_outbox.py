"""Written with what it tells about; once, in order, the newest state of a card only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from bot.notices.facts import LeaseFacts
from bot.notices.model import LeaseCard, QuestionOver
from bot.notices.outbox import envelope_of, prune, put
from bot.notices.tables import CardRow, OutboxRow
from tests.support.envelopes import WORKSPACE, envelope, write
from tests.support.stores import BOTH

pytestmark = BOTH


async def rows(database):
    async with database.read() as session:
        return list((await session.exec(select(OutboxRow).order_by(col(OutboxRow.position)))).all())


async def stages(database):
    return {row.id: row.stage for row in await rows(database)}


async def test_an_envelope_comes_back_as_it_was_written(database):
    now = datetime(2026, 1, 5, 9, tzinfo=UTC)
    facts = LeaseFacts("l1", 3, "U1", "integration", ("orders", "pay"), "shared", "active", "<ü> 🙂", now, 60, ends=now)
    written = envelope("a", "#announce", card="lease:l1", final=True, confirm="x")
    written = type(written)(
        **{name: getattr(written, name) for name in ("id", "to", "card", "final", "confirm")},
        notice=LeaseCard(facts, 2),
    )
    await write(database, written)
    assert [envelope_of(row) for row in await rows(database)] == [written]


async def test_writing_twice_is_once(database):
    await write(database, envelope("a"), envelope("b"))
    await write(database, envelope("a"), envelope("b"))
    assert [row.id for row in await rows(database)] == ["a", "b"]


async def test_a_newer_state_of_a_card_supersedes_the_older(database):
    await write(database, envelope("a", card="k"), envelope("other"), envelope("b", card="k"))
    assert await stages(database) == {"a": "superseded", "other": "pending", "b": "pending"}


async def test_repeating_an_old_state_does_not_silence_a_newer_one(database):
    await write(database, envelope("a", card="k"), envelope("b", card="k"))
    await write(database, envelope("a", card="k"))
    assert await stages(database) == {"a": "superseded", "b": "pending"}


async def test_what_is_on_its_way_is_not_superseded(database):
    await write(database, envelope("a", card="k"))
    await database.transact(lambda session: session.exec(update(OutboxRow).values(stage="sending")))
    await write(database, envelope("b", card="k"))
    assert await stages(database) == {"a": "sending", "b": "pending"}


async def test_an_edit_has_a_lane_of_its_own_and_a_first_message_that_of_its_channel(database):
    shown = CardRow(workspace=WORKSPACE, card="shown", channel="C1", ts="1.1", shown=0, shown_at=0)
    await database.transact(lambda session: session.add(shown))
    await write(database, envelope("a", card="new"), envelope("b", card="shown"), envelope("c"))
    assert [row.lane for row in await rows(database)] == ["to:C1", "card:shown", "to:C1"]


def over(id, card):
    return replace(envelope(id, "U1", card=card, final=True), notice=QuestionOver("turn", "succeeded"))


async def test_a_question_that_is_over_edits_its_message_and_is_never_one_of_its_own(database):
    shown = CardRow(workspace=WORKSPACE, card="shown", channel="C1", ts="1.1", shown=0, shown_at=0)
    await database.transact(lambda session: session.add(shown))
    await write(database, envelope("waits", "U1", card="waits"), envelope("sent", "U1", card="sent"))
    await database.transact(
        lambda session: session.exec(update(OutboxRow).where(col(OutboxRow.id) == "sent").values(stage="sending"))
    )
    await write(database, *(over(f"{card}-over", card) for card in ("shown", "waits", "sent", "never")))
    assert await stages(database) == {
        "waits": "superseded", "sent": "sending", "shown-over": "pending", "sent-over": "pending",
    }  # fmt: skip


async def test_what_is_rolled_back_was_never_written(database):
    def write_and_fail(session):
        put(session, WORKSPACE, [envelope("a", card="k")], now=datetime.now(UTC))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await database.transact(write_and_fail)
    assert await rows(database) == []


async def test_what_is_over_is_forgotten_after_a_while(database):
    await write(database, envelope("a", card="k"), envelope("b", card="k"))
    soon = datetime.now(UTC) + timedelta(seconds=1)
    await database.transact(lambda session: prune(session, WORKSPACE, before=soon))
    assert await stages(database) == {"b": "pending"}
