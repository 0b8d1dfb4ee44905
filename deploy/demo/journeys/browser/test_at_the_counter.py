"""A customer at the web shop."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

EMPTY_CARD = "4000000000000002"
CURRENCIES = (os.environ["CURRENCY"],) if os.environ.get("CURRENCY") else ("EUR", "USD", "JPY")


@pytest.fixture
def counter(page: Page) -> Page:
    """The page, once something is on the shelf."""
    page.set_default_timeout(10_000)
    page.goto("/")
    shelf(page).first.wait_for()
    return page


def shelf(page: Page) -> Locator:
    return page.get_by_role("list", name="Products").get_by_role("listitem")


def told(page: Page) -> str:
    """What the shop says of the order, as a customer reads it."""
    says = page.locator("[role=status]:not(:empty), [role=alert]:not(:empty)")
    says.wait_for()
    return says.inner_text()


def buy(page: Page, *, pieces: int = 1, currency: str = "USD", card: str = "") -> str:
    shelf(page).first.get_by_role("button").click()
    page.get_by_label("Pieces").fill(str(pieces))
    page.get_by_label("Pay in").select_option(currency)
    if card:
        page.get_by_label("Card").fill(card)
    page.get_by_role("button", name="Buy", exact=True).click()
    return told(page)


def test_the_shelf_shows_products_with_prices(counter: Page) -> None:
    offers = shelf(counter).all_inner_texts()
    assert all(re.search(r"\d+\.\d\d €", offer) for offer in offers), offers


@pytest.mark.parametrize("currency", CURRENCIES)
def test_a_customer_pays_in(counter: Page, currency: str) -> None:
    says = buy(counter, currency=currency)
    assert re.fullmatch(rf"Order \w+ is paid: .+, in {currency}\.", says), says


def test_an_order_is_there_after_a_reload(counter: Page) -> None:
    says = buy(counter)
    counter.reload()
    assert told(counter) == says


def test_a_card_without_money_is_told_so(counter: Page) -> None:
    assert buy(counter, card=EMPTY_CARD) == "The card was declined."


def test_what_is_not_sold_is_said(counter: Page) -> None:
    counter.get_by_label("Product", exact=True).fill("unicorn")
    counter.get_by_role("button", name="Buy", exact=True).click()
    assert told(counter) == "There is no product 'unicorn'."
