"""App Homes: what stands on one is published anew when it is opened, and after whatever was done there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.deps import Deps
from bot.errors import SignalboxError
from bot.ports.inbox import Arrival
from bot.reservations.queries import mine
from handlers.kit import ids, running, versions
from handlers.kit.answer import UNREACHABLE
from handlers.kit.cases import team_cases
from handlers.kit.deploying import told
from handlers.views import board as boards
from handlers.views.cases import glance
from handlers.views.forms.buttons import over_a_home
from handlers.views.home import home

log = structlog.get_logger(__name__)

Dispatch = Callable[[Arrival], Awaitable[None]]


async def publish(person: str, client: AsyncWebClient, deps: Deps) -> None:
    """Show `person` what is true now."""
    state, now = await deps.reservations.current(), deps.clock.now()
    own = mine(state, person, now)
    usual = deps.statistics.usual(state.leases.values())
    seen = await versions.beside(boards.overview(state, deps.catalog(), person, now, usual), deps)
    under_way = [each for each in await deps.deployments.under_way() if each.by == person]
    watched = tuple(map(str, await deps.watches.of(person)))
    view = home(
        (*own.offered, *own.holds, *own.waits, *own.booked),
        seen,
        deps.commands.env,
        watched,
        told(under_way, deps.catalog()),
        broken=glance.mine(await team_cases(person, deps), now),
        runs=await running.at_a_glance(deps),
    )
    await client.views_publish(user_id=person, view=view)


def republishing(dispatch: Dispatch, client: AsyncWebClient, deps: Deps) -> Dispatch:
    """`dispatch`, and then the Home on which a button was pressed: it would go on to show what was there before."""

    async def dispatched(arrival: Arrival) -> None:
        await dispatch(arrival)
        if pressed_at_home(arrival.body):
            await publish_if_possible(ids.person_of(arrival.body), client, deps)

    return dispatched


def pressed_at_home(body: Mapping[str, Any]) -> bool:
    """Or in a form that stands over it."""
    return body.get("type") == "block_actions" and over_a_home(body.get("view") or {})


async def publish_if_possible(person: str, client: AsyncWebClient, deps: Deps) -> None:
    """What was asked for is done: it must not be tried again because of this. Opening the Home shows it as well."""
    try:
        await publish(person, client, deps)
    except (SlackApiError, SignalboxError, *UNREACHABLE) as error:
        log.warning("home not refreshed", person=person, error=str(error))
