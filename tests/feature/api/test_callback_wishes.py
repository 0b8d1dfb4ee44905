"""Which address is called for a reservation: the one it was made with, for as long as it lives."""

from datetime import timedelta

import pytest
import pytest_asyncio

from bot.callbacks.model import Reach
from bot.callbacks.service import AnotherAddress, Callbacks
from tests.support.ledgers import FakeClock

FIRST, SECOND = "https://ci.example.com/1", "https://ci.example.com/2"
WEEK = timedelta(days=7)


class Sender:
    """Keeps what it is given to post."""

    def __init__(self):
        self.called = []

    async def post(self, url, body, headers):
        self.called.append(url)
        return 204


async def a_body(lease_id):
    return b"{}"


async def a_key(token_id):
    return "key"


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sender():
    return Sender()


@pytest_asyncio.fixture
async def callbacks(database, clock, sender):
    return Callbacks(database, clock, sender, Reach(), workspace="T1", describe=a_body, key_of=a_key)


async def called_for(callbacks, sender, lease_id):
    await callbacks.deliver({"lease": lease_id, "event": "active", "delivery": "1"})
    return sender.called


async def test_a_second_address_for_the_same_reservation_is_refused_and_the_first_is_called(callbacks, sender):
    assert await callbacks.promise("LCI", FIRST, "token")
    with pytest.raises(AnotherAddress, match="another callback_url"):
        await callbacks.promise("LCI", SECOND, "token")
    assert not await callbacks.promise("LCI", FIRST, "token")
    assert await called_for(callbacks, sender, "LCI") == [FIRST]


async def test_what_was_refused_calls_nobody(callbacks, sender):
    await callbacks.promise("LCI", FIRST, "token")
    await callbacks.withdraw("LCI")
    assert await called_for(callbacks, sender, "LCI") == []


async def test_a_wish_stays_while_its_reservation_lives_however_old_it_is(callbacks, sender, clock, database):
    for lease_id in ("LLIVES", "LENDED"):
        await callbacks.promise(lease_id, FIRST, "token")
    clock.advance(2 * WEEK)
    await callbacks.promise("LNEW", FIRST, "token")
    await database.transact(lambda session: callbacks.prune(session, clock.now() - WEEK, {"LLIVES"}))
    assert await called_for(callbacks, sender, "LENDED") == []
    assert await called_for(callbacks, sender, "LLIVES") == [FIRST]
    assert await called_for(callbacks, sender, "LNEW") == [FIRST, FIRST]
