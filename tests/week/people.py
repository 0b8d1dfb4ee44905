"""What people do with a shared environment in a week: a plain picture of how it goes, decided by chance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.reservations.values import Lease, Mode, Status
from integrations.workspace.control import Refused
from tests.week.stage import Act, Stage
from tests.week.town import ENVIRONMENTS, PEOPLE, some_environment

LEASES_A_DAY = 24
LENGTHS = ("30m", "1h", "2h", "3h")
ANSWERS = {"accept": 78, "pass": 8, "silence": 14}
AT_A_REMINDER = {"extend": 35, "release": 25, "silence": 40}
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class People:
    """Forty people at work. What happens to them is seen in the state; what they do goes through Slack."""

    stage: Stage
    chance: Random
    did: Counter[str] = field(default_factory=Counter)
    _seen: set[tuple[str, str, int | None]] = field(default_factory=set)

    def plan(self, morning: datetime) -> None:
        """A day, from `morning`: whoever needs something asks for it in the course of eight hours."""
        for _ in range(LEASES_A_DAY):
            self.stage.at(morning + MINUTE * self.chance.uniform(0, 8 * 60), self._wish)
        self.stage.at(morning + MINUTE * 9 * 60, self._go_home)

    def look(self) -> None:
        """Whatever is new to somebody leads to what they do about it, some minutes later."""
        for lease in self.stage.state.leases.values():
            if lease.status is Status.OFFERED and lease.delivered and self._new("offer", lease, lease.offer):
                self._later(self._some(ANSWERS), lease, self.chance.uniform(0.5, 4.5))
            if lease.status is Status.ACTIVE and lease.reminded and self._new("reminder", lease, lease.moved):
                self._later(self._some(AT_A_REMINDER), lease, self.chance.uniform(0.5, 8))
            if lease.status is Status.ACTIVE and self._new("grant", lease, None) and self.chance.random() < 0.5:
                minutes = lease.wanted.length / MINUTE * self.chance.uniform(0.5, 1)
                self._later("done", lease, minutes)

    def _new(self, what: str, lease: Lease, version: int | None) -> bool:
        seen = (what, lease.id, version)
        fresh = seen not in self._seen
        self._seen.add(seen)
        return fresh

    def _some(self, weights: dict[str, int]) -> str:
        return self.chance.choices(tuple(weights), tuple(weights.values()))[0]

    def _later(self, what: str, lease: Lease, minutes: float) -> None:
        if what == "silence":
            self.did["silence"] += 1
            return
        acts: dict[str, Act] = {
            "accept": self._press(lease, "env.accept"),
            "pass": self._press(lease, "env.pass"),
            "extend": self._press(lease, "env.extend.30"),
            "release": self._press(lease, "env.release"),
            "done": self._type(lease.person, f"release {lease.scope}"),
        }
        self.stage.at(self.stage.now + MINUTE * minutes, acts[what])

    async def _go_home(self) -> None:
        """Whoever waits gives up for today, and three in four hand back what they hold."""
        for lease in tuple(self.stage.state.leases.values()):
            if lease.status is not Status.ACTIVE:
                await self._type(lease.person, f"leave {lease.scope}")()
            elif self.chance.random() < 0.75:
                await self._type(lease.person, f"release {lease.scope}")()

    async def _wish(self) -> None:
        """Somebody who has nothing to do with an environment yet: one thing after another is what people do."""
        busy = {lease.person for lease in self.stage.state.leases.values()}
        person = self.chance.choice([each for each in PEOPLE if each not in busy])
        environment = some_environment(self.chance)
        some = self.chance.random() < 0.6
        target = f"{environment}/{self.chance.choice(ENVIRONMENTS[environment])}" if some else environment
        mode = Mode.SHARED if self.chance.random() < 0.3 else Mode.EXCLUSIVE
        await self._type(person, f"reserve {target} {mode} {self.chance.choice(LENGTHS)} checkout fix")()

    def _type(self, person: str, line: str) -> Act:
        async def act() -> None:
            self.did[line.partition(" ")[0]] += 1
            await self.stage.signalbox.type(person, f"/env {line}")

        return act

    def _press(self, lease: Lease, button: str) -> Act:
        async def act() -> None:
            try:
                await self.stage.signalbox.workspace.press(lease.person, button, channel="dm")
            except Refused:
                self.did[f"no {button}"] += 1
            else:
                self.did[button] += 1

        return act
