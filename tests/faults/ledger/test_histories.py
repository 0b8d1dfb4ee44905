"""Whole histories by chance: two replicas on a real Valkey and SQL, asked the same things twice, while replies are lost
and Redis is wiped and rolled back. Whatever happens, what was promised is written down once, and both tell the same.
"""

import asyncio
from collections import Counter
from functools import partial
from itertools import groupby
from random import Random

import pytest

from bot.errors import SignalboxError, Unavailable
from bot.migrations import upgrade
from bot.reservations.ledger import Ledger, Patience
from bot.reservations.model import evolve
from bot.reservations.state import State
from bot.runtime.database import open_database
from bot.runtime.redis import open_redis
from tests.support.any_command import MINUTE, any_command
from tests.support.ledgers import FakeClock, nothing
from tests.support.scene import THOROUGH
from tests.support.valkey_proxy import Proxy
from tests.support.waiting import ended
from tests.unit.reservations import histories, referee

HISTORIES = 1_000 if THOROUGH else 12
BURSTS, AT_ONCE = 6, 6
PATIENCE = Patience(append=5)
PAUSES = (0, 0, 1, 5, 20)

pytestmark = pytest.mark.timeout(3_600 if THOROUGH else 120)
SEEN = Counter()


class History:
    """Of one workspace, on servers that many share."""

    def __init__(self, number, valkey, proxy, replicas):
        self.chance, self.clock = Random(number), FakeClock()
        self.valkey, self.proxy = valkey, proxy
        self.ledgers = [replica(f"H{number}", clock=self.clock) for replica in replicas]
        self.keys = f"{{ws:H{number}}}:*"
        self.promised, self.refused, self.unknown, self.asked = {}, set(), {}, 0

    async def __aenter__(self):
        for ledger in self.ledgers:
            await ledger.start()
        self.running = [asyncio.create_task(ledger.run()) for ledger in self.ledgers]
        return self

    async def __aexit__(self, *_):
        for each in self.running:
            await ended(each)

    async def play(self):
        copy = self._saved()
        for _ in range(BURSTS):
            self.clock.advance(self.chance.choice(PAUSES) * MINUTE)
            for ledger in self.ledgers:
                ledger.look_at_the_clock()
            await asyncio.gather(self._trouble(copy), *(self._ask() for _ in range(AT_ONCE)))
            copy = self._saved() if self.chance.random() < 0.5 else copy
        self.proxy.losing = 0
        for request_id, (command, by) in self.unknown.items():
            await self._submit(command, request_id, by)

    async def _ask(self):
        done = sorted(id for id, (_, _, recorded) in self.promised.items() if recorded)
        if done and self.chance.random() < 0.2:
            await self._ask_again(self.chance.choice(done))
            return
        self.asked += 1
        command, by = any_command(self.chance, self.ledgers[0].cached(), self.clock.now(), f"L{self.asked}")
        await self._submit(command, f"r{self.asked}", by)

    async def _submit(self, command, request_id, by):
        try:
            outcome = await self.chance.choice(self.ledgers).submit(command, request_id=request_id, by=by)
        except Unavailable:
            SEEN["nobody can tell"] += 1
            self.unknown.setdefault(request_id, (command, by))
        except SignalboxError:
            SEEN["refused"] += 1
            self.refused.add(request_id)
        else:
            SEEN["promised"] += 1
            self.promised[request_id] = (command, by, outcome.recorded)

    async def _ask_again(self, request_id):
        """Of either replica: it is not done twice, and the answer is what it was."""
        command, by, recorded = self.promised[request_id]
        try:
            again = await self.chance.choice(self.ledgers).submit(command, request_id=request_id, by=by)
        except Unavailable:
            return
        SEEN["replayed"] += again.replayed
        assert again.recorded == recorded
        assert again.replayed

    async def _trouble(self, copy):
        """While the others ask."""
        await asyncio.sleep(self.chance.random() * 0.004)
        match self.chance.choice(["lost", "lost", "wiped", "rolled back", "", ""]):
            case "lost":
                self.proxy.word, self.proxy.losing = b"\r\n", self.chance.randint(1, 3)
            case "wiped":
                self._restore({})
            case "rolled back":
                self._restore(copy)
            case _:
                return
        SEEN["troubles"] += 1

    def _saved(self):
        with self.valkey.client as client:
            return {key: client.dump(key) for key in client.keys(self.keys)}

    def _restore(self, copy):
        with self.valkey.client as client:
            pipe = client.pipeline()
            for key in client.keys(self.keys):
                pipe.delete(key)
            for key, value in copy.items():
                if value:
                    pipe.restore(key, 0, value, replace=True)
            pipe.execute()

    async def _settled(self):
        """What is written and what both tell, once no clock that ran meanwhile has added to it."""
        while True:
            told = [await ledger.current() for ledger in self.ledgers]
            history = await self.ledgers[0].history(limit=10_000)
            if {state.seq for state in told} == {len(history)}:
                return history, told

    async def judge(self):
        history, told = await self._settled()
        assert [entry.seq for entry in history] == list(range(1, len(history) + 1)), "a gap"
        groups = [(id, list(entries)) for id, entries in groupby(history, key=lambda entry: entry.request_id)]
        assert max(Counter(id for id, _ in groups).values(), default=1) == 1, "one request carried out twice"
        written = {id: tuple(entries) for id, entries in groups}
        for request_id, (_, _, recorded) in self.promised.items():
            assert written.get(request_id, ()) == recorded, "a promise that is not written down"
        assert not (self.refused - self.promised.keys()) & written.keys(), "refused, and carried out"
        histories.tokens_rise(history)
        state = State()
        for _, entries in groups:
            for entry in entries:
                state = evolve(state, entry)
            referee.check_state(state)
        assert told == [state, state], "they tell different things"
        SEEN["events"] += len(history)


@pytest.fixture
async def replicas(valkey, tmp_path, proxy):
    """Two ways to open a ledger: one whose replies may be lost, and one beside it, each with its own connections."""
    database_url = f"sqlite+aiosqlite:///{tmp_path}/histories.db"
    await upgrade(database_url)
    opened, ways = [], []
    for url in (proxy.url, valkey.url):
        redis, listener = await open_redis(url), await open_redis(url, blocking=True)
        database = await open_database(database_url)
        opened.append((redis, listener, database))
        more = {"project": nothing, "patience": PATIENCE}
        ways.append(partial(Ledger, redis=redis, listener=listener, database=database, **more))
    yield ways
    for redis, listener, database in opened:
        await redis.aclose()
        await listener.aclose()
        await database.close()


@pytest.fixture
async def proxy(valkey, tmp_path):
    async with Proxy(tmp_path / "p", valkey.socket) as proxy:
        yield proxy


async def test_whatever_happens_to_two_replicas_both_tell_one_history(valkey, proxy, replicas):
    SEEN.clear()
    for number in range(HISTORIES):
        async with History(number, valkey, proxy, replicas) as history:
            await history.play()
            await history.judge()
    print(f"\n{HISTORIES:,} histories: {', '.join(f'{count:,} {what}' for what, count in SEEN.most_common())}")
    assert min(SEEN[what] for what in ("promised", "refused", "replayed", "troubles")) > HISTORIES
