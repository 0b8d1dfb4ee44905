"""The ledger, what follows from it, and its delivery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from bot.access.service import Tokens
from bot.bootstrap.callbacks import open_callbacks
from bot.bootstrap.floor import Floor
from bot.bootstrap.stores import Stores
from bot.callbacks.service import Callbacks
from bot.catalog import CatalogSource, find_catalog
from bot.deployments import turns as waiting_deployments
from bot.grammar.words import why_taken
from bot.notices.budgets import Budgets
from bot.notices.delivery import Delivery
from bot.notices.model import Notice
from bot.notices.outbox import StoredEnvelope
from bot.notices.personal import PersonalSettings, tell
from bot.notices.refusals import RefusalNotices
from bot.reactions import begun_or_ended, react, still_true, turns, watchers_told
from bot.reservations.ledger import Ledger, Project, Step
from bot.reservations.planning import FreezePlans
from bot.reservations.rules.offers import OfferRef
from bot.reservations.service import Reservations
from bot.reservations.waiting import Changes
from bot.reservations.watching import Watches, free_now
from bot.suites import turns as waiting_runs
from handlers.views.render import render
from integrations.slack import SlackChat


@dataclass(frozen=True, slots=True)
class Rooms:
    """wakes: called when more is committed than before."""

    ledger: Ledger
    reservations: Reservations
    delivery: Delivery
    personal: PersonalSettings
    watches: Watches
    plans: FreezePlans
    tokens: Tokens
    changes: Changes
    callbacks: Callbacks
    wakes: list[Callable[[], None]]

    def wake(self) -> None:
        """More is committed than before."""
        for each in self.wakes:
            each()


def open_catalog(floor: Floor) -> CatalogSource:
    """Raises BadCatalog with every problem, or NotFound."""
    named = str(floor.settings.catalog) if floor.settings.chose("catalog") else None
    return CatalogSource(find_catalog(named, Path.cwd()), why_taken=why_taken)


async def start_rooms(floor: Floor, stores: Stores, source: CatalogSource, chat: SlackChat) -> Rooms:
    """The ledger, and the delivery of what follows from it."""
    rooms: list[Rooms] = []
    tokens = Tokens(stores.database, floor.clock, workspace=floor.workspace)
    callbacks = open_callbacks(floor, stores, tokens, lambda: rooms[0].reservations)

    async def on_delivered(stored: StoredEnvelope) -> None:
        offer = OfferRef.parse(str(stored.confirm))
        await rooms[0].reservations.confirm_delivery(offer.lease_id, offer.version)

    def true_now(notice: Notice) -> bool:
        return still_true(notice, rooms[0].ledger.cached())

    def committed() -> None:
        for wake in wakes:  # before the rooms are all there
            wake()

    budgets = Budgets(stores.redis, floor.keys, workspace=floor.tempo.workspace, channel=floor.tempo.channel)
    delivery = Delivery(
        stores.database,
        chat,
        budgets,
        render,
        floor.clock,
        workspace=floor.workspace,
        on_delivered=on_delivered,
        still_true=true_now,
        pace=floor.tempo.pace,
    )
    ledger = Ledger(
        floor.workspace,
        redis=stores.redis,
        listener=stores.listener,
        database=stores.database,
        clock=floor.clock,
        project=_following(floor, source, callbacks),
        on_committed=committed,
    )
    changes = Changes(ledger.cached)
    wakes = [delivery.wake, changes.wake]
    await ledger.start()
    floor.life.run("ledger", ledger.run)
    refusals = RefusalNotices(
        stores.database, floor.clock, workspace=floor.workspace, catalog=source.current, wake=delivery.wake
    )
    reservations = Reservations(ledger)
    plans = FreezePlans(reservations, source.current, floor.clock)
    floor.life.run("freezes", plans.run)
    source.on_changed, source.on_refused = plans.on_changed, refusals.tell_owners
    floor.life.run("catalog", source.watch)
    personal = PersonalSettings(
        stores.database, floor.clock, workspace=floor.workspace, catalog=source.current, wake=delivery.wake
    )
    watches = Watches(stores.database, floor.workspace)
    made = (watches, plans, tokens, changes, callbacks, wakes)
    rooms.append(Rooms(ledger, reservations, delivery, personal, *made))
    return rooms[0]


def _following(floor: Floor, source: CatalogSource, callbacks: Callbacks) -> Project:
    """What is written in the transaction that commits events: who is to be told, and which pipeline called back."""

    def project(session: Session, steps: Sequence[Step]) -> None:
        envelopes, now = react(floor.workspace, steps, source.current), steps[-1].recorded.at
        envelopes += watchers_told(floor.workspace, free_now(session, floor.workspace, steps))
        tell(session, floor.workspace, envelopes, source.current(), now=now)
        callbacks.note(session, turns(steps), now)
        waiting_deployments.note(session, floor.workspace, begun_or_ended(steps), now)
        waiting_runs.note(session, floor.workspace, begun_or_ended(steps), now)

    return project
