"""A customer looks around."""

from __future__ import annotations

import pytest
from conftest import Shop, said

AT_MOST_SECONDS = 0.1
TRIES = 3
"""A busy machine makes anybody late once."""
FIELDS = {"sku", "name", "price", "pack"}


def test_there_is_something_to_buy(shop: Shop) -> None:
    answer = shop.call("storefront", "GET", "/products")
    assert answer.status_code == 200, said(answer)
    assert all(offer["price"] > 0 for offer in answer.json())


def test_what_does_not_exist_is_not_found(shop: Shop) -> None:
    answer = shop.call("storefront", "GET", "/products/no-such-thing")
    assert answer.status_code == 404, said(answer)


def test_a_product_has_the_fields_that_others_read(shop: Shop) -> None:
    product = shop.call("catalog", "GET", "/products/mug").json()
    missing = FIELDS - product.keys()
    assert not missing, f"catalog sends no {', '.join(sorted(missing))}; it sends {', '.join(sorted(product))}"


@pytest.mark.parametrize("sku", ["mug", "kettle", "honey"])
def test_a_product_is_shown_at_once(shop: Shop, sku: str) -> None:
    answers = [shop.call("catalog", "GET", f"/products/{sku}") for _ in range(TRIES)]
    assert answers[0].status_code == 200, said(answers[0])
    took = min(answer.elapsed.total_seconds() for answer in answers)
    assert took < AT_MOST_SECONDS, f"catalog took {took:.2f} s for GET /products/{sku}, not {AT_MOST_SECONDS} s"
