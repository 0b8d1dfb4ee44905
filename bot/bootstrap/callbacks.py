"""What calling pipelines back takes: whom to reach, what to say, and whose key signs."""

from __future__ import annotations

from collections.abc import Callable

from bot.access.service import Tokens
from bot.bootstrap.floor import Floor
from bot.bootstrap.stores import Stores
from bot.callbacks.model import Reach
from bot.callbacks.service import Callbacks
from bot.errors import NotFound
from bot.reservations.service import Reservations
from bot.settings import Settings
from handlers.http.api.shapes import Reservation
from integrations.callbacks import HttpCallbacks


def open_callbacks(floor: Floor, stores: Stores, tokens: Tokens, reservations: Callable[[], Reservations]) -> Callbacks:
    """`reservations` is asked only when something is to be told."""

    async def describe(lease_id: str) -> bytes | None:
        try:
            facts = await reservations().about(lease_id, floor.clock.now())
        except NotFound:
            return None
        return Reservation.of(facts, own=True).model_dump_json().encode()

    reach = reach_of(floor.settings)
    return Callbacks(
        stores.database,
        floor.clock,
        HttpCallbacks(reach.allows),
        reach,
        workspace=floor.workspace,
        describe=describe,
        key_of=tokens.signing_key,
    )


def reach_of(settings: Settings) -> Reach:
    """On one machine with nothing set, its own programs may be called: that is where one tries it."""
    hosts = tuple(name for name in settings.callback_hosts.split(",") if name)
    return Reach(hosts, loopback=settings.redis_url is None and settings.local_workspace)
