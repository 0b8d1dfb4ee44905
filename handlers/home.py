"""App Home: published anew whenever it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.deps import Deps
from bot.reservations.queries import board, mine
from bot.values import Caller
from handlers.kit.listeners import Listeners
from handlers.views import board as boards
from handlers.views.home import home


async def opened(event: Mapping[str, Any], client: AsyncWebClient, deps: Deps, caller: Caller) -> None:
    if event.get("tab") != "home":
        return
    state, now = await deps.reservations.current(), deps.clock.now()
    own = mine(state, caller.person, now)
    environments = deps.catalog().environments.values()
    seen = tuple(boards.at_a_glance(board(state, env.name, now), env, caller.person) for env in environments)
    view = home((*own.offered, *own.holds, *own.waits), seen, deps.commands.env)
    await client.views_publish(user_id=caller.person, view=view)


def register(on: Listeners) -> None:
    on.event("app_home_opened", opened)
