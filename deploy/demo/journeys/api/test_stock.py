"""Many customers want the same."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from conftest import Shop, said

CROWD, ROUNDS, PATIENCE = 12, 2, 2.0


def test_what_is_sold_out_is_a_conflict(shop: Shop) -> None:
    _stock(shop, "tray")
    answer = shop.buy("tray", quantity=1_000, currency="USD")
    assert answer.status_code == 409, said(answer)


def test_a_crowd_that_buys_the_same_is_counted(shop: Shop) -> None:
    before = _drift(shop, "spoon")
    with ThreadPoolExecutor(CROWD) as crowd:
        answers = list(crowd.map(partial(_buys, shop), range(CROWD * ROUNDS)))
    assert set(answers) <= {201, 409}, answers
    until, drift = time.monotonic() + PATIENCE, _drift(shop, "spoon")
    while drift != before and time.monotonic() < until:
        time.sleep(0.05)
        drift = _drift(shop, "spoon")
    assert drift == before, f"inventory lost count of {abs(drift - before)} spoons: {CROWD} customers bought at once"


def _buys(shop: Shop, _number: int) -> int:
    return shop.buy("spoon", currency="USD").status_code


def _drift(shop: Shop, sku: str) -> int:
    """Pieces that were delivered, and are neither there nor reserved."""
    stock = _stock(shop, sku)
    if "reserved" not in stock:
        pytest.skip("this version of inventory does not say how much is reserved")
    return stock["delivered"] - stock["available"] - stock["reserved"]


def _stock(shop: Shop, sku: str) -> dict[str, Any]:
    answer = shop.call("inventory", "GET", f"/stock/{sku}")
    assert answer.status_code == 200, said(answer)
    return answer.json()
