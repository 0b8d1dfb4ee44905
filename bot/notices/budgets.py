"""How often the chat may be called, counted in Redis for all replicas together.

Source of the rates: docs.slack.dev, "Rate limits", and the page of each method.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.runtime.redis import Keys, away

POST, UPDATE, LOOK = "chat.postMessage", "chat.update", "conversations.history"


@dataclass(frozen=True, slots=True)
class Rate:
    """per_minute on the long run; `burst` calls may come at once. Together they stay below the limit of any minute."""

    per_minute: float
    burst: int = 1

    @property
    def between_ms(self) -> float:
        return 60_000 / self.per_minute


WORKSPACE: Mapping[str, Rate] = {POST: Rate(240, 10), UPDATE: Rate(48, 2), LOOK: Rate(45, 5)}
CHANNEL: Mapping[str, Rate] = {POST: Rate(57, 3)}


class Budgets:
    def __init__(
        self,
        redis: Redis,
        keys: Keys,
        *,
        workspace: Mapping[str, Rate] = WORKSPACE,
        channel: Mapping[str, Rate] = CHANNEL,
    ) -> None:
        self._keys, self._workspace, self._channel = keys, workspace, channel
        self._take = redis.register_script(files("bot.notices").joinpath("budget.lua").read_text())
        self._pause = redis.register_script(files("bot.notices").joinpath("budget_pause.lua").read_text())

    async def take(self, method: str, channel: str = "") -> float:
        """0 when the call may be made now, else the seconds to wait before asking again. Raises Unavailable."""
        rates = {self._keys.budget(method): self._workspace[method]}
        if channel and method in self._channel:
            rates[self._keys.budget(method, channel)] = self._channel[method]
        numbers = [number for rate in rates.values() for number in (rate.between_ms, rate.burst)]
        try:
            return int(await self._take(keys=list(rates), args=numbers)) / 1000
        except RedisError as error:
            raise away(error) from error

    async def pause(self, method: str, seconds: float) -> None:
        """No replica calls `method` for so long. Raises Unavailable."""
        if (rate := self._workspace.get(method)) is None:
            return
        try:
            await self._pause(
                keys=[self._keys.budget(method)], args=[math.ceil(seconds * 1000), rate.between_ms, rate.burst]
            )
        except RedisError as error:
            raise away(error) from error
