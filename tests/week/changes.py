"""Who deploys and who tests in a week, and what they do about what comes of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from bot.ports.fake_pipelines import Began
from integrations.workspace.control import Refused
from tests.week.pipelines import Broken, Pipelines
from tests.week.stage import Act, Stage
from tests.week.town import ENVIRONMENTS, PEOPLE, SUITE, some_environment

DEPLOYMENTS_A_DAY, RUNS_A_DAY = 24, 20
WAITS = 0.7
"""How often somebody who may not deploy yet has it done when it is their turn."""
AT_A_RED_RUN = {"case.look": 45, "case.retry": 30, "silence": 25}
ROLLS_BACK = 0.5
"""Else whoever broke something deploys what mends it."""
MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Changes:
    """All of it goes through Slack; what pipelines say is all that is made up."""

    stage: Stage
    pipelines: Pipelines
    chance: Random
    did: Counter[str] = field(default_factory=Counter)

    def plan(self, morning: datetime) -> None:
        """A day, from `morning`."""
        for _ in range(DEPLOYMENTS_A_DAY):
            self.stage.at(morning + MINUTE * self.chance.uniform(0, 8 * 60), self._deploy)
        for _ in range(RUNS_A_DAY):
            self.stage.at(morning + MINUTE * self.chance.uniform(0, 8 * 60), self._test)

    def look(self) -> None:
        """What has begun will end."""
        for began in self.pipelines.begun():
            self.stage.at(self.stage.now + self.pipelines.length(began), self._ending(began))

    def _ending(self, began: Began) -> Act:
        async def end() -> None:
            found = self.pipelines.end(began)
            if found:
                self._react(began.request.variables["SIGNALBOX_ENVIRONMENT"], found)

        return end

    def _react(self, environment: str, found: list[Broken]) -> None:
        """Somebody looks at the red case, and whoever deployed it mends it."""
        if (button := self._some(AT_A_RED_RUN)) != "silence":
            press = self._press(self.chance.choice(PEOPLE), button, f"C0{environment.upper()}")
            self.stage.at(self.stage.now + MINUTE * self.chance.uniform(2, 20), press)
        for each in found:
            self.stage.at(self.stage.now + MINUTE * self.chance.uniform(5, 50), self._mending(each))

    def _mending(self, broken: Broken) -> Act:
        async def mend() -> None:
            person, back = self.chance.choice(PEOPLE), self.chance.random() < ROLLS_BACK
            if back:
                await self._type(person, "rollback", f"/deploy rollback {broken.service} to {broken.environment}")
                await self._press(person, "deploy.back", "C0INTEGRATION")()
            else:
                await self._bring(person, broken.service, broken.environment)

        return mend

    async def _deploy(self) -> None:
        environment = some_environment(self.chance)
        await self._bring(self.chance.choice(PEOPLE), self.chance.choice(ENVIRONMENTS[environment]), environment)

    async def _bring(self, person: str, service: str, environment: str) -> None:
        version = self.pipelines.next_version(service)
        said = await self._type(person, "deploy", f"/deploy {service}@{version} to {environment}")
        if "has to wait" in said and self.chance.random() < WAITS:
            await self._press(person, "deploy.wait", "C0INTEGRATION")()

    async def _test(self) -> None:
        line = f"/suite {SUITE} on {some_environment(self.chance)}"
        await self._type(self.chance.choice(PEOPLE), "run", line)

    async def _type(self, person: str, what: str, line: str) -> str:
        self.did[what] += 1
        return await self.stage.signalbox.type(person, line)

    def _press(self, person: str, button: str, channel: str) -> Act:
        async def act() -> None:
            try:
                await self.stage.signalbox.workspace.press(person, button, channel=channel)
            except Refused:
                self.did[f"no {button}"] += 1
            else:
                self.did[button] += 1

        return act

    def _some(self, weights: dict[str, int]) -> str:
        return self.chance.choices(tuple(weights), tuple(weights.values()))[0]
