"""A customer buys."""

from __future__ import annotations

import os

import pytest
from conftest import EMPTY_CARD, GOOD_CARD, Shop, said

CURRENCIES = (os.environ["CURRENCY"],) if os.environ.get("CURRENCY") else ("EUR", "USD", "GBP", "JPY", "TRY")


@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_customer_pays_in(shop: Shop, currency: str) -> None:
    answer = shop.buy(shop.anything(), currency=currency)
    assert answer.status_code == 201, said(answer)
    assert answer.json()["currency"] == currency


@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_card_is_charged_in(shop: Shop, currency: str) -> None:
    charge = {"reference": f"journey-{currency}-{os.getpid()}", "amount": 1000, "currency": currency}
    answer = shop.call("payments", "POST", "/charges", json={**charge, "card": GOOD_CARD})
    assert answer.status_code == 201, said(answer)


def test_an_order_can_be_followed(shop: Shop) -> None:
    bought = shop.buy(shop.anything(), currency="USD")
    assert bought.status_code == 201, said(bought)
    order = shop.call("storefront", "GET", f"/purchases/{bought.json()['order_id']}")
    assert order.json()["status"] == "paid", said(order)


def test_a_card_without_money_is_declined(shop: Shop) -> None:
    answer = shop.buy(shop.anything(), currency="USD", card=EMPTY_CARD)
    assert answer.status_code == 402, said(answer)


def test_an_unknown_currency_is_refused(shop: Shop) -> None:
    answer = shop.buy(shop.anything(), currency="XTS")
    assert answer.status_code == 422, said(answer)


def test_an_order_that_is_cancelled_is_refunded(shop: Shop) -> None:
    bought = shop.buy(shop.anything(), currency="USD")
    assert bought.status_code == 201, said(bought)
    order = bought.json()["order_id"]
    cancelled = shop.call("orders", "POST", f"/orders/{order}/cancel")
    assert cancelled.json().get("status") == "cancelled", said(cancelled)
    charge = shop.call("payments", "GET", f"/charges/{order}")
    assert charge.json().get("status") == "refunded", said(charge)
