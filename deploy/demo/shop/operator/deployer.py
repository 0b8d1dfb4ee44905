"""Deploys: one version after the other at each place, and never on an old token."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from shop.changelog import CHANGELOG
from shop.operator.fleet import DidNotStart, Fleet
from shop.operator.state import Place, State, Token

log = logging.getLogger(__name__)


class Refused(Exception):
    """Nothing was changed. status: as HTTP counts."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Wish:
    """A version at a place. token: of the lease under which this happens, if any. id: the same one is deployed once."""

    place: Place
    version: str
    token: Token | None = None
    id: str = ""


class Deployer:
    """gated: nothing is deployed without a token."""

    def __init__(self, state: State, fleet: Fleet, *, gated: bool) -> None:
        self._state, self._fleet, self._gated = state, fleet, gated
        self._turns: defaultdict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def deploy(self, wish: Wish) -> dict[str, Any]:
        """What runs there now, and what did before. Raises Refused."""
        async with self._turns[wish.place]:
            return self._answer_of(wish) or await self._deploy(wish)

    async def start(self, place: Place) -> dict[str, Any]:
        """Start what should run there, unless it does. Raises Refused."""
        async with self._turns[place]:
            running = self._fleet.running(place)
            if running is None or not running.alive:
                await self._put(place, self._state.wanted(place).version)
        return self.told(place)

    def told(self, place: Place) -> dict[str, Any]:
        """What runs at `place`; `status` is ok or down."""
        wanted, running = self._state.wanted(place), self._fleet.running(place)
        up = running is not None and running.alive
        return {
            "environment": place[0],
            "service": place[1],
            "version": wanted.version,
            "commit": CHANGELOG[place[1]][wanted.version].commit,
            "since": wanted.since,
            "status": "ok" if up else "down",
            "down_since": running.ended if running is not None and not up else None,
            "pid": running.process.pid if running is not None and up else None,
            "url": self._fleet.url(place),
            "token": str(wanted.mark) if wanted.mark > Token(0, 0) else None,
        }

    async def _deploy(self, wish: Wish) -> dict[str, Any]:
        _check_version(wish.place[1], wish.version)
        self._check_token(wish)
        previous = self._state.wanted(wish.place).version
        await self._put(wish.place, wish.version)
        self._state.want(wish.place, wish.version)
        log.info("%s %s is deployed, after %s", "/".join(wish.place), wish.version, previous)
        answer = {**self.told(wish.place), "previous": previous, "deployment": wish.id or None}
        if wish.id:
            self._state.keep_deployed(wish.id, _asked(wish), answer)
        return answer

    def _answer_of(self, wish: Wish) -> dict[str, Any] | None:
        """What was answered when the same was asked before."""
        asked, answer = self._state.deployed(wish.id) or ("", None)
        if answer is not None and asked != _asked(wish):
            raise Refused(409, f"Deployment {wish.id} was {asked}. Another one needs an id of its own.")
        return answer

    def _check_token(self, wish: Wish) -> None:
        if wish.token is None:
            if self._gated:
                raise Refused(403, "A deployment needs the token of a lease here. Reserve it first.")
            return
        if not self._state.raise_mark(wish.place, wish.token):
            seen = self._state.wanted(wish.place).mark
            raise Refused(
                409,
                f"Token {wish.token} is too old for {'/'.join(wish.place)}: {seen} was seen there. "
                "Somebody else has had it since; reserve it again.",
            )

    async def _put(self, place: Place, version: str) -> None:
        try:
            await self._fleet.put(place, version)
        except DidNotStart as error:
            raise Refused(502, f"{error} What ran before still does.") from error


def _check_version(service: str, version: str) -> None:
    if version not in CHANGELOG[service]:
        raise Refused(404, f"There is no {service} {version}. There are {', '.join(CHANGELOG[service])}.")


def _asked(wish: Wish) -> str:
    return f"{wish.place[1]} {wish.version} to {wish.place[0]}"
