"""Every version of every service, oldest first: who changed what, and which traits it therefore has.

Versions marked with a comment are faulty. The first of each service runs where nothing has been deployed yet.
"""

from __future__ import annotations

from shop.releases import Author, Commit, Release, Trait, by

ANA = Author("Ana Kovač", "ana@example.com", "akovac")
BEN = Author("Ben Okafor", "ben@example.com", "bokafor")
CEM = Author("Cem Aydın", "cem@example.com", "caydin")

_Entry = tuple[str, tuple[Commit, ...], set[Trait]] | tuple[str, tuple[Commit, ...], set[Trait], set[Trait]]


def _releases(service: str, *entries: _Entry) -> dict[str, Release]:
    """Of two commits, the last of an entry is what the version lacks with the first of them alone."""
    return {
        version: Release(service, version, commits, frozenset(traits), frozenset(traits.difference(*later)))
        for version, commits, traits, *later in entries
    }


STOREFRONT = _releases(
    "storefront",
    ("3.0.0", by(ANA, "2026-09-01", "Check out in one step"), set()),
    ("3.1.0", by(BEN, "2026-10-13", "Look for products by name"), {Trait.SEARCH}),
    (
        "3.2.0",
        by(ANA, "2026-11-16", "Read the price under its new name as well"),
        {Trait.SEARCH, Trait.READS_UNIT_PRICE},
    ),
)

CATALOG = _releases(
    "catalog",
    ("2.2.0", by(CEM, "2026-09-03", "Products say how many are in a pack"), set()),
    ("2.2.1", by(CEM, "2026-09-22", "Look for names in any letter case"), {Trait.SEARCH_IGNORES_CASE}),
    (  # a slow query: sales within a minute of one another are found by comparing each with each
        "2.3.0",
        by(BEN, "2026-10-20", "Import last month's sales", "Products say what else was bought with them"),
        {Trait.SEARCH_IGNORES_CASE, Trait.SALES_IMPORTED, Trait.BOUGHT_TOGETHER},
        {Trait.BOUGHT_TOGETHER},
    ),
    (
        "2.3.1",
        by(CEM, "2026-10-22", "Find sales of the same minute by an index"),
        {Trait.SEARCH_IGNORES_CASE, Trait.SALES_IMPORTED, Trait.BOUGHT_TOGETHER, Trait.SALES_INDEXED},
    ),
    (  # a renamed field: whoever reads `price` finds none
        "2.4.0",
        by(CEM, "2026-11-12", "Call the price of one piece unit_price", "Describe prices in the API document"),
        {
            *(Trait.SEARCH_IGNORES_CASE, Trait.SALES_IMPORTED, Trait.BOUGHT_TOGETHER, Trait.SALES_INDEXED),
            *(Trait.UNIT_PRICE, Trait.PRICES_DESCRIBED),
        },
        {Trait.PRICES_DESCRIBED},
    ),
)

POOL_THAT_LASTS = (Trait.POOLED, Trait.BUSY_IS_REFUSED, Trait.POOL_GETS_BACK)
ORDERS = _releases(
    "orders",
    ("2.1.0", by(ANA, "2026-09-08", "An order that is cancelled is refunded"), set()),
    ("2.1.1", by(BEN, "2026-09-29", "Orders say when they were placed"), {Trait.TELLS_WHEN_PLACED}),
    (  # a leaking pool: the connection of an order that is refused does not come back
        "2.2.0",
        by(BEN, "2026-10-27", "Take database connections from a pool", "Answer 503 when no connection is free"),
        {Trait.TELLS_WHEN_PLACED, Trait.POOLED, Trait.BUSY_IS_REFUSED},
        {Trait.BUSY_IS_REFUSED},
    ),
    (
        "2.2.1",
        by(ANA, "2026-10-29", "Connections go back to the pool whatever happens"),
        {Trait.TELLS_WHEN_PLACED, *POOL_THAT_LASTS},
    ),
    (  # drops traceparent: it is not among the headers that may leave
        "2.3.0",
        by(BEN, "2026-11-17", "Send only known headers to other services"),
        {Trait.TELLS_WHEN_PLACED, *POOL_THAT_LASTS, Trait.KNOWN_HEADERS_ONLY},
    ),
    (
        "2.3.1",
        by(BEN, "2026-11-19", "The headers of a trace may leave too"),
        {Trait.TELLS_WHEN_PLACED, *POOL_THAT_LASTS, Trait.KNOWN_HEADERS_ONLY, Trait.TRACE_HEADERS_KNOWN},
    ),
)

PAYMENTS = _releases(
    "payments",
    ("1.4.0", by(ANA, "2026-09-10", "Charge in the customer's currency"), set()),
    ("1.4.1", by(BEN, "2026-10-01", "A refund that is asked for twice happens once"), {Trait.REFUND_REPEATABLE}),
    (
        "1.4.2",
        by(ANA, "2026-10-15", "Charges say the rate they were converted at"),
        {Trait.REFUND_REPEATABLE, Trait.TELLS_RATE},
    ),
    (  # an exception on one currency: the bank's table gives rates per euro, and none for the euro
        "1.5.0",
        by(ANA, "2026-11-18", "Look every currency up in the bank's table", "An unknown currency is no special case"),
        {Trait.REFUND_REPEATABLE, Trait.TELLS_RATE, Trait.RATES_FROM_TABLE, Trait.UNKNOWN_IS_NO_CASE},
        {Trait.UNKNOWN_IS_NO_CASE},
    ),
    (
        "1.5.1",
        by(ANA, "2026-11-20", "The euro is what the table counts in"),
        {Trait.REFUND_REPEATABLE, Trait.TELLS_RATE, Trait.RATES_FROM_TABLE, Trait.EURO_IS_BASE},
    ),
)

INVENTORY = _releases(
    "inventory",
    ("0.9.2", by(CEM, "2026-09-15", "Order a new pack when stock runs low"), set()),
    ("0.9.3", by(CEM, "2026-10-06", "Stock says how much is reserved"), {Trait.TELLS_RESERVED}),
    (  # a wrong status code: what is sold out is answered as if there were no such product
        "0.9.4",
        by(CEM, "2026-11-03", "Answer with one error for what cannot be had"),
        {Trait.TELLS_RESERVED, Trait.SOLD_OUT_IS_NOT_FOUND},
    ),
    (  # a race: two orders at once may both count from the same stock
        "0.9.5",
        by(CEM, "2026-11-05", "Sold out is a conflict again", "Reserve without locking the stock"),
        {Trait.TELLS_RESERVED, Trait.UNLOCKED},
        {Trait.UNLOCKED},
    ),
    ("0.9.6", by(CEM, "2026-11-10", "Reserve in one statement"), {Trait.TELLS_RESERVED}),
)

CHANGELOG = {
    "storefront": STOREFRONT,
    "catalog": CATALOG,
    "orders": ORDERS,
    "payments": PAYMENTS,
    "inventory": INVENTORY,
}
