"""Notices on their way, and words for them that show which is which."""

from datetime import UTC, datetime

from bot.notices.model import AlsoToday, CatalogRefused, Envelope
from bot.notices.outbox import put
from bot.ports.chat import Message

WORKSPACE = "test"


class WallClock:
    """The machine's own time."""

    def now(self):
        return datetime.now(UTC)


def render(notice):
    return Message(" ".join(notice.problems))


def envelope(id, to="C1", text="", **more):
    return Envelope(id, to, CatalogRefused((text or id,)), **more)


async def write(database, *envelopes):
    await database.transact(lambda session: put(session, WORKSPACE, envelopes, now=datetime.now(UTC)))


def itself(notice):
    """The notice; of a message that several share, the newest of them."""
    return notice.kept[-1].notice if isinstance(notice, AlsoToday) else notice
