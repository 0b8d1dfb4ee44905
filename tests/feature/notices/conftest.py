import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.notices.budgets import LOOK, POST, UPDATE, Budgets, Rate
from bot.notices.delivery import Delivery, Pace
from bot.notices.tables import OutboxRow
from bot.ports.fake_chat import FakeChat
from tests.support.envelopes import WORKSPACE, WallClock, render
from tests.support.waiting import ended, eventually

PLENTY = {method: Rate(600_000, 1000) for method in (POST, UPDATE, LOOK)}
QUICK = Pace(
    lease=timedelta(seconds=0.5),
    settle=timedelta(milliseconds=20),
    first=timedelta(milliseconds=10),
    longest=timedelta(milliseconds=50),
    safety=timedelta(seconds=0.1),
    card=timedelta(0),
    live=timedelta(0),
    attempts=8,
)


@pytest.fixture
def budgets(redis, keys):
    return Budgets(redis, keys, workspace=PLENTY, channel={})


@pytest.fixture
def chat():
    return FakeChat(channels={"#announce": "C9"})


class Outbox:
    """What the tests look at and start."""

    def __init__(self, database, chat, budgets):
        self.database, self.chat, self.budgets, self.confirmed = database, chat, budgets, []

    def delivery(self, *, pace=QUICK, render=render, confirm=None, chat=None, budgets=None, still_true=bool):
        async def on_delivered(stored):
            self.confirmed.append(stored)

        return Delivery(
            self.database,
            chat or self.chat,
            budgets or self.budgets,
            render,
            WallClock(),
            workspace=WORKSPACE,
            on_delivered=confirm or on_delivered,
            still_true=still_true,
            pace=pace,
        )

    @asynccontextmanager
    async def delivering(self, **changes):
        delivery = self.delivery(**changes)
        task = asyncio.create_task(delivery.run())
        try:
            yield delivery
        finally:
            await ended(task)

    async def stages(self):
        async with self.database.read() as session:
            return {row.id: row.stage for row in (await session.exec(select(OutboxRow))).all()}

    async def until_over(self, seconds=30):
        async def over():
            return set((await self.stages()).values()) <= {"sent", "superseded", "dead"}

        await eventually(over, seconds=seconds)

    @property
    def texts(self):
        return [said.message.text for said in self.chat.said]


@pytest.fixture
def outbox(database, chat, budgets):
    return Outbox(database, chat, budgets)
