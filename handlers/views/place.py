"""An environment at a glance: what is the matter there, who has it, who waits, what is to come. The worst first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.catalog.values import Catalog, Environment, Resource
from bot.deployments.values import Running
from bot.notices.facts import ConditionFacts, FreezeFacts, LeaseFacts
from bot.reservations import queries
from bot.reservations.rules.eta import NOTHING_USUAL, Usual
from bot.reservations.state import State
from handlers.kit.mrkdwn import escape
from handlers.views import lease as words
from handlers.views.blocks import few

ENVIRONMENTS_SHOWN = 15
SOON = timedelta(days=1)
"""Freezes are announced for so long before they begin."""


@dataclass(frozen=True, slots=True)
class EnvironmentFacts:
    """One environment at a glance. `mine` are the reader's own leases, places and bookings in it.

    frozen: freezes that are in force; freezing: those that begin within a day.
    resources: accounts, tenants, devices of it. labels: what it can be chosen by itself.
    running: the versions that are known to run there.
    dropped: the catalog has it no more, and its leases live on until they end.
    """

    name: str
    description: str
    services: tuple[str, ...]
    holders: tuple[LeaseFacts, ...]
    waiters: tuple[LeaseFacts, ...]
    mine: tuple[LeaseFacts, ...] = ()
    dropped: bool = False
    booked: tuple[LeaseFacts, ...] = ()
    unwell: tuple[ConditionFacts, ...] = ()
    frozen: tuple[FreezeFacts, ...] = ()
    freezing: tuple[FreezeFacts, ...] = ()
    resources: tuple[Resource, ...] = ()
    labels: tuple[str, ...] = ()
    running: tuple[Running, ...] = ()

    @property
    def mine_now(self) -> tuple[LeaseFacts, ...]:
        """Those of `mine` that keep the reader from reserving it: a booking for later does not."""
        return tuple(lease for lease in self.mine if lease.status != "booked")

    @property
    def closed(self) -> bool:
        """Whoever wants it exclusively now has to wait, though nobody holds it."""
        return bool(self.unwell or self.frozen)

    @property
    def urgency(self) -> tuple[bool, ...]:
        """Sorts the reader's own first, then what is down, degraded, frozen, held."""
        kinds = {each.kind for each in self.unwell}
        calm = ("down" not in kinds, not kinds, not self.frozen, not self.holders)
        return (not self.mine, *calm)


def overview(
    state: State, catalog: Catalog, reader: str, now: datetime, usual: Usual = NOTHING_USUAL
) -> tuple[EnvironmentFacts, ...]:
    """Every environment of the catalog, and those it has dropped while somebody still holds them or waits.

    The most urgent first, and turns are estimated for as many as are shown.
    """
    known = catalog.environments
    dropped = {lease.scope.environment for lease in state.leases.values()} - known.keys()
    every = {**known, **{name: Environment(name) for name in dropped}}
    seen = [at_a_glance(queries.glimpse(state, name, now), env, reader) for name, env in every.items()]
    seen.sort(key=lambda env: (*env.urgency, env.name))
    for number, env in enumerate(seen[:ENVIRONMENTS_SHOWN]):
        seen[number] = at_a_glance(queries.board(state, env.name, now, usual), every[env.name], reader)
    return tuple(replace(env, dropped=env.name in dropped) for env in seen)


def at_a_glance(seen: queries.Board, env: Environment, reader: str, parts: tuple[str, ...] = ()) -> EnvironmentFacts:
    """What `reader` sees of an environment, or of those of its services or resources (`parts`) that were asked for."""
    holders, waiters, booked = (
        _of(told, parts) for told in ((*seen.holders, *seen.offered), seen.waiting, seen.booked)
    )
    frozen = tuple(each for each in seen.frozen if _concerns(each.scope, parts) and each.end > seen.at)
    return EnvironmentFacts(
        env.name,
        env.description,
        tuple(part for part in parts if part in env.services) or env.services,
        holders,
        waiters,
        mine=tuple(lease for lease in (*holders, *waiters, *booked) if lease.person == reader),
        booked=booked,
        unwell=tuple(each for each in seen.unwell if _concerns(each.scope, parts)),
        frozen=tuple(each for each in frozen if each.start <= seen.at),
        freezing=tuple(each for each in frozen if seen.at < each.start <= seen.at + SOON),
        resources=env.resources,
        labels=tuple(sorted(env.labels)),
    )


def _of(leases: tuple[LeaseFacts, ...], parts: tuple[str, ...]) -> tuple[LeaseFacts, ...]:
    return tuple(x for x in leases if _share(x.resources or x.services, parts))


def _concerns(scope: str, parts: tuple[str, ...]) -> bool:
    return _share(filter(None, scope.partition("/")[2].split(",")), parts)


def _share(some: Iterable[str], parts: tuple[str, ...]) -> bool:
    """Whether they have a part in common; none stands for all."""
    those = set(some)
    return not those or not parts or bool(those & set(parts))


def lines(env: EnvironmentFacts, *, waiting: int, bookings: int) -> list[str]:
    """A line per thing, and at most so many of those that may be many."""
    held = [f"{_lamp(lease)} {words.part(lease)}{holder(lease)}" for lease in env.holders]
    return [
        *_matters_now(env),
        *(held or ([] if env.unwell or env.frozen or env.waiters else [":large_green_circle: free"])),
        *_waiting(env, waiting),
        *_bookings(env, bookings),
        *_freezes_to_come(env),
    ]


def matters(env: EnvironmentFacts) -> list[str]:
    """What is wrong, frozen, or about to be frozen there."""
    return [*_matters_now(env), *_freezes_to_come(env)]


def _matters_now(env: EnvironmentFacts) -> list[str]:
    frozen = [f":snowflake: {_part(x.scope)}frozen until {words.clock(x.end)}{_because(x)}" for x in env.frozen]
    return [*map(_unwell, env.unwell), *frozen]


def _freezes_to_come(env: EnvironmentFacts) -> list[str]:
    return [f":snowflake: {_part(x.scope)}freeze {words.window(x.start, x.end)}{_because(x)}" for x in env.freezing]


def _unwell(found: ConditionFacts) -> str:
    lamp = ":red_circle:" if found.kind == "down" else ":large_orange_circle:"
    back = f" · expected back {words.clock(found.eta, found.since)}" if found.eta else ""
    said = f"{_part(found.scope)}*{found.kind}* since {words.clock(found.since)}"
    return f"{lamp} {said}{reason_of(found.reason)}{back} · says {words.who(found.by)}"


def _because(freeze: FreezeFacts) -> str:
    return reason_of(freeze.reason) + ("" if freeze.planned else f" · by {words.who(freeze.by)}")


def reason_of(text: str) -> str:
    return f" · {shown}" if (shown := escape(text, words.REASON_SHOWN)) else ""


def _part(scope: str) -> str:
    """Where the environment is named already: `payments, orders · `, or nothing for all of it."""
    parts = scope.partition("/")[2].replace(",", ", ")
    return f"{escape(parts, words.REASON_SHOWN)} · " if parts else ""


def _lamp(lease: LeaseFacts) -> str:
    if lease.status == "offered":
        return ":bell:"
    return ":lock:" if lease.mode == "exclusive" else ":busts_in_silhouette:"


def holder(lease: LeaseFacts) -> str:
    """Who has it, or is asked whether they still want it."""
    if lease.status == "offered":
        return f"{words.who(lease.person)} is being asked"
    return words.held_by(lease)


def _waiting(env: EnvironmentFacts, most: int) -> list[str]:
    if not env.waiters:
        return []
    unwell = "down" if any(each.kind == "down" for each in env.unwell) else "degraded" if env.unwell else ""
    waiting = [f"{lease.place or 1}. {_waiter(lease, unwell)}" for lease in env.waiters]
    return [f"_Waiting ({len(waiting)})_", *few(waiting, most, "more waiting")]


def _waiter(lease: LeaseFacts, unwell: str) -> str:
    wish = f"{words.part(lease)}{lease.mode} for {words.length(lease.minutes)}{words.priority(lease)}"
    ready = " · has said yes already" if lease.ready else ""
    return f"{words.who(lease.person)} · {wish} · {words.turn(lease, unwell)}{ready}"


def _bookings(env: EnvironmentFacts, most: int) -> list[str]:
    """The earliest first; where not all have room, the reader's own come before others."""
    room = len(env.booked) <= most
    booked = env.booked if room else sorted(env.booked, key=lambda lease: lease not in env.mine)
    return few([f":calendar: {words.part(x)}{words.booked(x)}" for x in booked], most, "more booked")
