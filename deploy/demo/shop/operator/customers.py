"""Customers: they look, choose, and buy, in several currencies; now and then with a card that has no money on it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from random import Random

import httpx

log = logging.getLogger(__name__)

CURRENCIES = ("EUR", "EUR", "EUR", "USD", "USD", "GBP", "TRY", "JPY")
GOOD_CARD, EMPTY_CARD = "4242424242424242", "4000000000000002"
EMPTY_CARDS, WHOLESALERS, RUSHES = 0.06, 0.08, 0.08
"""How often a card is declined, somebody wants more than there is, and several come for the same thing at once."""
WHOLESALE, CROWD = 400, 4
SHARES = {"integration": 0.75, "staging-2": 0.25}
TIMEOUT_SECONDS = 10.0


class Customers:
    """address: of the storefront of an environment. rate: orders a second, over all of them."""

    def __init__(self, address: Callable[[str], str], *, rate: float) -> None:
        self._address, self._rate = address, rate
        self._chance = Random()  # noqa: S311 - who buys what
        self.outcomes: Counter[str] = Counter()
        """How many orders ended with which status; 0 for no answer."""

    async def come(self) -> None:
        """For as long as this runs, as independent people do (a Poisson process)."""
        if self._rate <= 0:
            return
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False) as http, asyncio.TaskGroup() as visits:
            while True:
                await asyncio.sleep(self._chance.expovariate(self._rate))
                visits.create_task(self._visit(http))

    async def _visit(self, http: httpx.AsyncClient) -> None:
        shop = self._address(self._chance.choices(tuple(SHARES), tuple(SHARES.values()))[0])
        try:
            offers = (await http.get(f"{shop}/products")).raise_for_status().json()
            sku = self._chance.choice(offers)["sku"]
            await http.get(f"{shop}/products/{sku}")
            crowd = CROWD if self._chance.random() < RUSHES else 1
            answers = await asyncio.gather(*(self._buy(http, shop, sku) for _ in range(crowd)))
        except (httpx.HTTPError, IndexError, KeyError) as error:
            log.debug("A customer left: %r", error)
            answers = [0]
        self.outcomes.update(map(str, answers))

    async def _buy(self, http: httpx.AsyncClient, shop: str, sku: str) -> int:
        wholesale = self._chance.random() < WHOLESALERS
        wish = {
            "sku": sku,
            "quantity": WHOLESALE if wholesale else self._chance.choice((1, 1, 1, 2, 3)),
            "currency": self._chance.choice(CURRENCIES),
            "card": EMPTY_CARD if self._chance.random() < EMPTY_CARDS else GOOD_CARD,
        }
        return (await http.post(f"{shop}/purchases", json=wish)).status_code
