"""App Home: published anew whenever it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.deps import Deps
from bot.values import Caller
from handlers.kit import homes
from handlers.kit.listeners import Listeners


async def opened(event: Mapping[str, Any], client: AsyncWebClient, deps: Deps, caller: Caller) -> None:
    if event.get("tab") == "home":
        await homes.publish(caller.person, client, deps)


def register(on: Listeners) -> None:
    on.event("app_home_opened", opened)
