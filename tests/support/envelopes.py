"""Notices on their way, and words for them that show which is which."""

from datetime import UTC, datetime

from sqlalchemy import update
from sqlmodel import select

from bot.notices.model import AlsoToday, CatalogRefused, Envelope
from bot.notices.outbox import put
from bot.notices.tables import OutboxRow
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


async def unreadable(database, id, payload="{}"):
    """What a row says is from now on something else; what it said before."""
    mine = OutboxRow.id == id

    def write(session):
        before = session.exec(select(OutboxRow.payload).where(mine)).one()
        session.exec(update(OutboxRow).where(mine).values(payload=payload))
        return before

    return await database.transact(write)


def itself(notice):
    """The notice; of a message that several share, the newest of them."""
    return notice.kept[-1].notice if isinstance(notice, AlsoToday) else notice
