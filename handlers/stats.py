"""The buttons that ask how environments were used. The typed `stats` answers the same (see handlers.kit.stats)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.deps import Deps
from bot.values import Caller
from handlers.kit.answer import Answer
from handlers.kit.listeners import Listeners
from handlers.kit.stats import stats_answer


async def show(action: Mapping[str, Any], respond: Answer, deps: Deps, caller: Caller) -> None:
    carried = json.loads(action["value"])
    await respond(await stats_answer(carried["environment"] or None, timedelta(days=carried["days"]), deps, caller))


def register(on: Listeners) -> None:
    on.action("env.stats", show)
