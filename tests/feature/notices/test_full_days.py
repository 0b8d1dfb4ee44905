"""What somebody has been told today is read from the outbox: each message once, from their own midnight on."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.catalog import Catalog, Hours
from bot.notices.facts import LeaseFacts
from bot.notices.model import Envelope, TurnSoon
from bot.notices.noise import ENOUGH
from bot.notices.outbox import put
from bot.notices.personal import PersonalSettings, as_wanted
from bot.notices.preferences import Preferences
from tests.support.envelopes import WORKSPACE, WallClock, envelope
from tests.support.stores import BOTH

pytestmark = BOTH
CATALOG = Catalog(environments={}, hours=Hours("Europe/Berlin"))
EIGHT_IN_BERLIN = datetime(2026, 1, 5, 7, tzinfo=UTC)
SOON = Envelope(
    "soon",
    "U1",
    TurnSoon(
        LeaseFacts("L", 1, "U1", "integration", (), "exclusive", "waiting", "", EIGHT_IN_BERLIN, 60), EIGHT_IN_BERLIN
    ),
)


def had(database, count, *, at=EIGHT_IN_BERLIN, **more):
    """`count` messages to U1 at this time."""
    envelopes = [envelope(f"{at}{n}", "U1", **more) for n in range(count)]
    return database.transact(lambda session: put(session, WORKSPACE, envelopes, now=at))


def left(database, person="U1", now=EIGHT_IN_BERLIN + timedelta(hours=1)):
    """What is left of one that could be spared."""
    return database.transact(lambda session: as_wanted(session, WORKSPACE, [SOON], CATALOG, now=now))


async def test_after_enough_messages_it_is_left_out(outbox):
    await had(outbox.database, ENOUGH - 1)
    assert await left(outbox.database) == [SOON]
    await had(outbox.database, 1, at=EIGHT_IN_BERLIN + timedelta(minutes=1))
    assert await left(outbox.database) == []


async def test_the_day_begins_at_their_own_midnight(outbox):
    before_midnight = datetime(2026, 1, 4, 22, 59, tzinfo=UTC)
    await had(outbox.database, ENOUGH, at=before_midnight)
    assert await left(outbox.database) == [SOON]
    assert await left(outbox.database, now=before_midnight) == []


async def test_edits_of_one_message_are_one_message(outbox):
    await had(outbox.database, ENOUGH, card="offer")
    assert await left(outbox.database) == [SOON]


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
    assert await left(outbox.database) == ([SOON] if unlimited else [])
