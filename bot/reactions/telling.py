"""To whom something is told, and as which message: a new one, or one that is edited in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.catalog import Catalog
from bot.notices.facts import LeaseFacts
from bot.notices.model import Envelope, LeaseCard, Notice
from bot.reservations.events import lease_id_of
from bot.reservations.facts import facts, waiting_for
from bot.reservations.ledger import Step
from bot.reservations.rules.purposes import goes_with_a_deployment
from bot.reservations.state import State
from bot.reservations.values import Lease, Status
from bot.values import is_pipeline


@dataclass(frozen=True, slots=True)
class Request:
    """The steps that one request led to."""

    steps: Sequence[Step]

    @property
    def in_the_end(self) -> State:
        return self.steps[-1].after

    @property
    def begins(self) -> State:
        return self.steps[0].before

    def freed_by(self, upto: Step) -> str | None:
        """Whose lease ended in it, before `upto`."""
        for step in reversed([x for x in self.steps if x.recorded.seq <= upto.recorded.seq]):
            was = step.before.leases.get(lease_id_of(step.recorded.event))
            if was and was.status is Status.ACTIVE and was.id not in step.after.leases:
                return was.person
        return None


class Teller:
    """Makes envelopes of what one step is to tell."""

    def __init__(self, workspace: str, step: Step, request: Request, catalog: Catalog) -> None:
        self.workspace, self.step, self.request, self.catalog = workspace, step, request, catalog
        self.now = step.recorded.at

    def person(self, person: str, notice: Notice, *, card: str | None = None) -> Iterator[Envelope]:
        """A message of its own to somebody who reads messages; or, with `card`, what that message says now."""
        if not is_pipeline(person):
            yield self.envelope(person, notice, card=card, final=card is not None)

    def holder(self, lease: Lease, notice: Notice) -> Iterator[Envelope]:
        """The same, unless it was they who did it: they have an answer."""
        if self.step.recorded.by != lease.person:
            yield from self.person(lease.person, notice)

    def card(
        self, lease: Lease, *, ended: str | None = None, by: str | None = None, reason: str = ""
    ) -> Iterator[Envelope]:
        """Where changes of the environment are told; nothing, where the catalog names no such place, or where a card of
        its deployment stands there.
        """
        if goes_with_a_deployment(lease):
            return
        if channel := self.catalog.announce_channel(lease.scope.environment):
            waiting = waiting_for(self.step.after, lease)
            notice = LeaseCard(self.facts(lease, ended), waiting, by, reason)
            yield self.envelope(channel, notice, card=f"lease:{lease.id}", final=ended is not None)

    def announced(self, environment: str, notice: Notice, card: str, *, final: bool = False) -> Iterator[Envelope]:
        if channel := self.catalog.announce_channel(environment):
            yield self.envelope(channel, notice, card=card, final=final)

    def cards_in_the_way(self, lease: Lease) -> Iterator[Envelope]:
        """The holders' cards say how many wait."""
        for other in self.step.after.within(lease.scope.environment):
            if other.status is Status.ACTIVE and other.conflicts(lease):
                yield from self.card(other)

    def facts(self, lease: Lease, ended: str | None = None) -> LeaseFacts:
        return facts(self.step.after, lease, self.now, ended=ended)

    def envelope(
        self, to: str, notice: Notice, *, card: str | None = None, final: bool = False, confirm: str | None = None
    ) -> Envelope:
        what = card or type(notice).__name__
        id = f"{self.workspace}:{self.step.recorded.seq}:{what}:{to}"
        return Envelope(id, to, notice, card=card, final=final, confirm=confirm)
