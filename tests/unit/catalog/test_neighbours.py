"""Who has to do with whom."""

import pytest

from bot.catalog import apart_from, parse

CATALOG = b"""
environments: { integration: { announce: "#integration" } }
services:
  storefront: { depends_on: [catalog, orders] }
  orders: { depends_on: [payments, inventory] }
  inventory: { depends_on: [catalog] }
  payments: {}
  catalog: {}
"""


@pytest.mark.parametrize(
    ("service", "apart"),
    [
        ("storefront", ()),
        ("orders", ()),
        ("payments", ("catalog", "inventory")),
        ("inventory", ("payments",)),
        ("catalog", ("payments",)),
    ],
)
def test_what_neither_needs_it_nor_is_needed_has_nothing_to_do_with_it(service, apart):
    catalog = parse(CATALOG, "signalbox.yaml", why_taken=lambda name: None)
    assert sorted(apart_from(catalog, service)) == sorted(apart)
