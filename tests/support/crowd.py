"""People at work: each does one thing after another, by chance, and looks at nothing but what the bot shows them."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import httpx

from integrations.workspace.control import Refused, Workspace

PEOPLE = ("U0ANA", "U0BEN", "U0CEM", "U0DANA", "U0ELI")
CHANNEL = "C0INTEGRATION"
TARGETS = (
    "integration",
    "integration/payments",
    "integration/orders,inventory",
    "integration/storefront,catalog",
    "staging-2",
    "staging-2/orders",
)
LENGTHS = ("1m", "45m", "1h", "2h", "3h30")
WEIGHTS = {"reserve": 38, "release": 16, "extend": 8, "accept": 18, "decline": 6, "leave": 6, "press": 5, "look": 3}


class Crowd:
    """`outcomes` counts how what they did was taken: acked, closed, timeout, no_app, away."""

    def __init__(self, workspace: Workspace, seed: int, *, pause: float = 0.4) -> None:
        self._workspace, self._seed, self._pause = workspace, seed, pause
        self._left = 0
        self.done = 0
        self.outcomes: Counter[str] = Counter()
        self._grown = asyncio.Event()

    async def work(self, operations: int) -> None:
        """Until the crowd has done so much more."""
        self._left = operations
        async with asyncio.TaskGroup() as group:
            for person in PEOPLE:
                group.create_task(self._live(person, Random(f"{self._seed}:{person}:{self.done}")))

    async def until(self, done: int) -> None:
        """Until they have done so many things."""
        while self.done < done:
            self._grown.clear()
            await self._grown.wait()

    async def _live(self, person: str, chance: Random) -> None:
        while self._left > 0:
            self._left -= 1
            await self._until_somebody_listens()
            self.outcomes[await self._act(person, chance)] += 1
            self.done += 1
            self._grown.set()
            await asyncio.sleep(chance.uniform(0, self._pause))

    async def _until_somebody_listens(self) -> None:
        """A bot that restarts is away for a second or two; people see it and wait. So does the workspace's own restart."""
        while True:
            try:
                return await self._workspace.wait_connected(within=60)
            except (httpx.HTTPError, Refused):
                await asyncio.sleep(0.1)

    async def _act(self, person: str, chance: Random) -> str:
        what = chance.choices(tuple(WEIGHTS), tuple(WEIGHTS.values()))[0]
        line, button = self._line(what, chance) or self._line("reserve", chance), self._button(what, chance)
        try:
            pressed = await self._press(person, button) if button else ""
            return pressed or (await self._workspace.command(person, CHANNEL, line)).state
        except Refused as refused:
            return refused.error
        except httpx.HTTPError:
            return "away"

    async def _press(self, person: str, button: str) -> str:
        """Empty when the person sees no such button."""
        try:
            return (await self._workspace.press(person, button)).state
        except Refused:
            return ""

    def _line(self, what: str, chance: Random) -> str:
        target, length = chance.choice(TARGETS), chance.choice(LENGTHS)
        some = chance.choice(("", f" {target}"))
        shared = chance.choice((" shared", " shared", "", "", ""))
        lines = {
            "reserve": f"/env reserve {target}{shared} {length} {chance.choice(('', 'checkout fix', 'a <b> & *c*'))}",
            "release": f"/env release{chance.choice((some, ' all'))}",
            "extend": f"/env extend{some} 30m",
            "leave": f"/env leave{some}",
            "look": f"/env{some}",
        }
        return lines.get(what, "").strip()

    def _button(self, what: str, chance: Random) -> str:
        others = chance.choice(("env.release", "env.leave", "env.extend.30", "env.line.0"))
        return {"accept": "env.accept", "decline": "env.pass", "press": others}.get(what, "")
