"""Plays the opening through the doors that everybody uses: the workspace, its lines and its buttons."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from bot.bootstrap.opening.script import BEGINNING, CUT_SHORT, END, ENVIRONMENT, HOST, SCRIPT, Act, Step
from bot.bootstrap.opening.strangers import Strangers
from bot.catalog import Catalog
from bot.deployments.values import Deployment, Health, Running, Target
from bot.deps import Commands
from bot.ports.clock import Clock
from bot.reservations.events import FreezeBegan, FreezeEnded, FreezesPlanned
from bot.reservations.service import Reservations
from bot.reservations.values import Lease, Mode, Scope, Status
from integrations.workspace.control import Outcome, Workspace

log = structlog.get_logger(__name__)

PLAYING, OVER = "playing", "over"
PATIENCE = 120.0
"""Seconds to wait for a button before the rest is left out."""

MADE_WAY_WITHIN = 30.0
PLANS = (FreezesPlanned, FreezeBegan, FreezeEnded)
"""What the catalog brings by itself."""


class Deployed(Protocol):
    """What is known of deployments; see bot.deployments.service."""

    async def where(self) -> list[Running]: ...
    async def under_way(self) -> list[Deployment]: ...
    async def history(self, *, limit: int) -> list[Deployment]: ...


@dataclass(frozen=True, slots=True)
class World:
    """What it is played in. pause: seconds between two steps. look: between two looks at what has changed."""

    catalog: Callable[[], Catalog]
    reservations: Reservations
    deployments: Deployed
    clock: Clock
    commands: Commands = field(default_factory=Commands)
    pause: float = 4.0
    look: float = 0.5


class _Stranger(Exception):
    """Somebody who is not of the opening acts: their Slack id; empty when it was through the API."""


class Opening:
    """url: of the local workspace. note: the file that says how far it came, so that it is played once."""

    def __init__(self, url: str, world: World, note: Path) -> None:
        self._url, self._world, self._note = url, world, note
        self.plays = False

    async def run(self) -> None:
        """A loop for `supervise`: plays once, however often it is started. One that was cut off is cleared away."""
        if self._said() == OVER:
            return
        async with Workspace(self._url) as workspace:
            players = _Players(workspace, self._world)
            if self._said() == PLAYING:
                await players.make_way()
                await players.say(CUT_SHORT)
            elif not await _used(self._world):
                await self._play(players)
        self._say(OVER)

    async def _play(self, players: _Players) -> None:
        try:
            await players.until_all_is_well()
            self._say(PLAYING)
            self.plays = True
            await players.say(BEGINNING)
            for step in SCRIPT:
                await players.take(step)
            await players.say(END)
            await players.until_nothing_is_held()
        except (_Stranger, TimeoutError) as end:
            log.info("the opening makes way", to=str(end))
            await players.make_way(to=str(end))
            if self.plays:
                await players.say(CUT_SHORT)
        finally:
            self.plays = False

    def _said(self) -> str:
        return self._note.read_text() if self._note.exists() else ""

    def _say(self, how: str) -> None:
        self._note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._note.write_text(how)


class _Players:
    """The people of the script, in the workspace."""

    def __init__(self, workspace: Workspace, world: World) -> None:
        self._workspace, self._world = workspace, world
        self._strangers = Strangers(workspace, world.catalog, world.clock, world.commands)

    async def until_all_is_well(self) -> None:
        """Each service has been seen well, and nothing is frozen. Raises _Stranger."""
        while not await self._all_is_well():
            await self._wait(self._world.look)

    async def until_nothing_is_held(self) -> None:
        """What was deployed is still watched for a while, and held as long. Raises _Stranger."""
        while self._ours():
            await self._wait(self._world.look)

    async def say(self, text: str) -> None:
        commands = self._world.commands
        words = text.format(env=commands.env, deploy=commands.deploy)
        await self._workspace.say(self._id(HOST), self._channel, words)

    async def take(self, step: Step) -> None:
        """Once what was begun before has ended. Raises _Stranger."""
        await self._wait(self._world.pause)
        while await self._world.deployments.under_way():
            await self._wait(self._world.look)
        person, commands = self._id(step.who), self._world.commands
        match step.act:
            case Act.ENV:
                await self._type(person, f"{commands.env} {step.what}")
            case Act.DEPLOY:
                await self._type(person, f"{commands.deploy} {step.what}")
            case Act.HOME:
                await self._workspace.open_home(person)
                await self._press(person, step.what)
            case _:
                await self._press(person, step.what)

    async def make_way(self, to: str = "") -> None:
        """Give back what is held and waited for; but not what is of the person `to`, who acts now as one of us."""
        async with asyncio.timeout(MADE_WAY_WITHIN):
            while mine := [lease for lease in self._ours() if lease.person != to]:
                for lease in mine:
                    verb = "release" if lease.status is Status.ACTIVE else "leave"
                    await self._type(lease.person, f"{self._world.commands.env} {verb} {lease.scope}")
                await asyncio.sleep(self._world.look)

    async def _type(self, person: str, line: str) -> None:
        self._mine(await self._workspace.command(person, self._channel, line))

    async def _press(self, person: str, action_id: str) -> None:
        """The button where this person sees it, once they do."""
        async with asyncio.timeout(PATIENCE):
            while not await self._sees(person, action_id):
                await self._wait(self._world.look)
        await self._wait(self._world.pause)  # as long as reading takes
        self._mine(await self._workspace.press(person, action_id))

    def _mine(self, outcome: Outcome) -> None:
        self._strangers.ours.add(outcome.envelope)

    async def _sees(self, person: str, action_id: str) -> bool:
        said = await self._workspace.direct_messages(person)
        return f"'{action_id}'" in str([*said, await self._workspace.home(person)])

    async def _wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        if person := await self._strangers.came():
            raise _Stranger(person)
        if len(self._ours()) < len(self._world.reservations.cached().leases):
            raise _Stranger("")

    async def _all_is_well(self) -> bool:
        catalog, state = self._world.catalog(), self._world.reservations.cached()
        well = {each.target for each in await self._world.deployments.where() if each.health is Health.UP}
        frozen = [
            state.freeze_of(Scope(name), Mode.EXCLUSIVE, self._world.clock.now()) for name in catalog.environments
        ]
        return well.issuperset(_looked_at(catalog)) and not any(frozen)

    def _ours(self) -> list[Lease]:
        leases = self._world.reservations.cached().leases.values()
        return [lease for lease in leases if any(self._led_to(step, lease) for step in SCRIPT)]

    def _led_to(self, step: Step, lease: Lease) -> bool:
        return lease.person == self._id(step.who) and step.leads_to(lease.wanted.reason)

    @property
    def _channel(self) -> str:
        return self._world.catalog().announce_channel(ENVIRONMENT)

    def _id(self, name: str) -> str:
        return self._world.catalog().people[name].slack


def _looked_at(catalog: Catalog) -> Iterator[Target]:
    """What has a health address."""
    for environment in catalog.environments.values():
        there = (catalog.service(name) for name in environment.services)
        yield from (Target(environment.name, service.name) for service in there if service.health)


def can_be_played(catalog: Catalog) -> bool:
    """Whether everybody and everything that the script speaks of is there."""
    return all(step.who in catalog.people for step in SCRIPT) and ENVIRONMENT in catalog.environments


async def _used(world: World) -> bool:
    """Whether anybody has ever done anything here."""
    told = await world.reservations.history()
    return bool(await world.deployments.history(limit=1)) or any(not isinstance(each.event, PLANS) for each in told)
