"""A scene for faults: a workspace that outlives the bot, the bot as a process, people at work, and the audit at the end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import pytest
import redis
from sqlalchemy import text

from bot.runtime.database import Database, open_database
from bot.runtime.embedded import url_of
from bot.runtime.inbox import GROUP
from bot.runtime.redis import Keys
from integrations.workspace.control import Workspace
from tests.support import audit
from tests.support.bot_process import BotProcess
from tests.support.crowd import CHANNEL, Crowd
from tests.support.evidence import Asked, Evidence, evidence
from tests.support.signalbox import SAMPLE, document
from tests.support.workspace import LOOSE, WorkspaceServer, start_workspace

THOROUGH = bool(os.environ.get("FAULTS_OPERATIONS"))
at_length = pytest.mark.skipif(not THOROUGH, reason="a variant for `make faults`")
SETTLED_WITHIN = 300.0
LEFT_ALONE_MS = 2_500
"""What the dead were at work on is taken over after 30 to 40 s; only a thorough run waits for that."""
KEYS = Keys("local")


def operations(short: int) -> int:
    """How much the people do: FAULTS_OPERATIONS, else what a quick test can afford."""
    return int(os.environ.get("FAULTS_OPERATIONS", short))


def often(short: int) -> int:
    """How often it fails meanwhile: once every 14 operations of a thorough run."""
    return operations(0) // 14 if THOROUGH else short


@dataclass(slots=True)
class Scene:
    """redis_url, database_url: None for the embedded ones. seed: replays what people choose and when things fail."""

    folder: Path
    server: WorkspaceServer
    workspace: Workspace
    seed: int
    redis_url: str | None = None
    database_url: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    bots: list[BotProcess] = field(default_factory=list)
    kills: int = 0
    began: float = field(default_factory=time.monotonic)
    chance: Random = field(init=False)
    crowd: Crowd = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.crowd = Crowd(self.workspace, self.seed)

    @property
    def data(self) -> Path:
        return self.folder / "bot" / "data"

    @property
    def sql(self) -> str:
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'signalbox.db'}"

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(self.redis_url or url_of(self.data.resolve() / "valkey.sock"))

    async def bot(self, name: str = "bot") -> BotProcess:
        """One more bot, in a folder of its own, ready."""
        settings = {**self.server.environment, "SIGNALBOX_CATALOG": str(SAMPLE), **self.environment}
        settings |= {"REDIS_URL": self.redis_url} if self.redis_url else {}
        settings |= {"DATABASE_URL": self.database_url} if self.database_url else {}
        bot = BotProcess(self.folder / name, settings)
        self.bots.append(bot)
        return await bot.start().until_ready()

    async def kill_and_start(self, bot: BotProcess) -> None:
        bot.kill()
        self.kills += 1
        if not THOROUGH:
            await _age(self.sql)
        await asyncio.sleep(self.chance.uniform(0, 0.2))
        await bot.start().until_ready()

    async def kill_valkey(self) -> None:
        """The one of the bot's; returns when it is up again: later each time, when it dies many times in a row."""
        with self.redis as client:
            os.kill(client.info("server")["process_id"], signal.SIGKILL)
        self.kills += 1
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(self._valkey_answers):  # noqa: ASYNC110 - another process decides
                await asyncio.sleep(0.05)

    def _valkey_answers(self) -> bool:
        try:
            with self.redis as client:
                return client.ping()
        except redis.RedisError:
            return False

    async def while_people_work(self, total: int, times: int, *troubles: Callable[[], Awaitable[None]]) -> None:
        """They do `total` things; `times` at moments of chance in between, one of the troubles strikes, in turn."""
        start = self.crowd.done
        async with asyncio.TaskGroup() as group:
            group.create_task(self.crowd.work(total))
            for turn in range(times):
                await self.crowd.until(start + int((turn + self.chance.uniform(0.1, 0.8)) * total / times))
                await asyncio.sleep(self.chance.uniform(0, 0.1))
                await troubles[turn % len(troubles)]()

    async def settle(self) -> None:
        """Until nothing waits any more: no payload in the inbox, no envelope in the outbox."""
        database = await open_database(self.sql)
        async with asyncio.timeout(SETTLED_WITHIN):
            while await asyncio.to_thread(self._received) or await _undelivered(database):
                await asyncio.sleep(0.25)
                if not THOROUGH:
                    await asyncio.to_thread(self._age)
        await database.close()

    async def audit(self, *, excused: Callable[[Asked], bool] = lambda _: False, once: bool = True) -> Evidence:
        """Settle, look at the board, and hold everything to the rules. once: nobody may be answered twice."""
        await self.settle()
        boards = {name: await self._board(name) for name in ("integration", "staging-2")}
        found = await evidence(self.sql, await self.workspace.export())
        wrong = audit.violations(found, excused=lambda asked: self._noted(asked) or excused(asked))
        wrong += audit.repeated_answers(found.asked) if once else []
        state = audit.folded(found.log)
        for name, board in boards.items():
            wrong += audit.misread(state, name, board)
        self._report(found, wrong)
        assert wrong == [], f"seed {self.seed}: " + "\n".join(wrong)
        assert len(found.log) > 0
        return found

    def close(self) -> None:
        for bot in self.bots:
            bot.kill()

    def _received(self) -> int:
        with self.redis as client:
            try:
                return client.xlen(KEYS.inbox)
            except redis.RedisError:
                return 1

    def _age(self) -> None:
        """What nobody has kept for some seconds was left by the dead: count it as left for a minute."""
        with self.redis as client, suppress(redis.RedisError):
            left: Any = client.xpending_range(KEYS.inbox, GROUP, "-", "+", 1000, idle=LEFT_ALONE_MS)
            for entry in left:
                client.xclaim(KEYS.inbox, GROUP, entry["consumer"], 0, [entry["message_id"]], idle=60_000, justid=True)

    async def _board(self, environment: str) -> str:
        await self.workspace.wait_connected()
        asker = "U0ELI"
        before = await self.workspace.ephemerals(asker, CHANNEL)
        outcome = await self.workspace.command(asker, CHANNEL, f"/env {environment}")
        assert outcome.ok, outcome
        since = before[-1]["ts"] if before else "0"
        answer = (await self.workspace.wait_for(CHANNEL, as_user=asker, since=since))[-1]
        return answer["blocks"][1]["text"]["text"]

    def _noted(self, asked: Asked) -> bool:
        """Its answer was noted as said before the bot died: at most once is what an answer gets."""
        with self.redis as client:
            return bool(client.exists(KEYS.once(f"answered:{asked.request}:1")))

    def _report(self, found: Evidence, wrong: list[str]) -> None:
        acked = [asked for asked in found.asked if asked.acked]
        facts = {
            "seed": self.seed,
            "operations": self.crowd.done,
            "outcomes": dict(self.crowd.outcomes),
            "kills": self.kills,
            "events": len(found.log),
            "acked": len(acked),
            "answers lost": sum(1 for asked in acked if not audit.answers(asked)),
            "envelopes": {stage: sum(1 for x in found.outbox if x.stage == stage) for stage in ("sent", "superseded")},
            "messages": sum(1 for said in found.said if said.outbox_id),
            "violations": len(wrong),
            "seconds": round(time.monotonic() - self.began, 1),
        }
        print(json.dumps(facts))


async def _undelivered(database: Database) -> int:
    waiting = "SELECT count(*) FROM outbox WHERE stage IN ('pending', 'sending', 'delivered')"
    async with database.read() as session:
        return (await (await session.connection()).execute(text(waiting))).scalar_one()


async def _age(url: str) -> None:
    """The same for envelopes, whose claims last 40 s: those of the dead shall last only a little longer."""
    database = await open_database(url)
    soon = int(time.time() * 1000) + LEFT_ALONE_MS
    free = text("UPDATE outbox SET claimed_until = :soon WHERE claimed_until > :soon")
    await database.transact(lambda session: session.connection().execute(free, {"soon": soon}))
    await database.close()


@asynccontextmanager
async def a_scene(folder: Path, **more) -> AsyncIterator[Scene]:
    """FAULTS_SEED replays a run."""
    seed = int(os.environ.get("FAULTS_SEED", SystemRandom().randrange(10**9)))
    print(f"FAULTS_SEED={seed}")
    server = start_workspace(folder / "workspace", document=document(), limits=LOOSE)
    async with Workspace(server.url) as workspace:
        scene = Scene(folder, server, workspace, seed, **more)
        try:
            yield scene
        finally:
            scene.close()
            server.stop()
