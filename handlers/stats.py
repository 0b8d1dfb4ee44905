"""The buttons that ask how environments were used. The typed `stats` answers the same (see handlers.kit.stats)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.deps import Deps
from bot.values import Caller
from handlers.kit.answer import Answer
from handlers.kit.ids import carried
from handlers.kit.listeners import Listeners
from handlers.kit.stats import stats_answer


async def show(action: Mapping[str, Any], respond: Answer, deps: Deps, caller: Caller) -> None:
    pressed = carried(action)
    await respond(await stats_answer(pressed["environment"] or None, timedelta(days=pressed["days"]), deps, caller))


def register(on: Listeners) -> None:
    on.action("env.stats", show)
