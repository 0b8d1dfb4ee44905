"""The web shop: what customers call. Where there is no catalog, it sells vouchers, which need no stock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from shop.neighbours import Neighbour
from shop.placement import Placement
from shop.releases import Trait
from shop.service import application, database, neighbour, refuse

SCHEMA = """
CREATE TABLE IF NOT EXISTS receipt (order_id TEXT NOT NULL UNIQUE, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
                                    currency TEXT NOT NULL);
"""
PAGE = Path(__file__).with_suffix(".html")
PASSED_ON = (402, 404, 409, 422)
"""Refusals that are the customer's to know."""


class Offer(BaseModel):
    """price: of one piece, in euro cents."""

    sku: str
    name: str
    price: int


VOUCHERS = {
    offer.sku: offer
    for offer in (Offer(sku=f"voucher-{n}", name=f"Voucher over {n} euros", price=n * 100) for n in (10, 25, 50))
}


class Purchase(BaseModel):
    sku: str = Field(min_length=1, max_length=64)
    quantity: int = Field(default=1, gt=0, le=1_000)
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    card: str = Field(pattern="^[0-9]{12,19}$")


class Receipt(BaseModel):
    order_id: str
    sku: str
    quantity: int
    currency: str


def build(place: Placement) -> FastAPI:
    app, books, shelf = application(place), database(place, SCHEMA), Shelf(place)
    orders = neighbour(place, "orders")
    if orders is None:
        raise LookupError("the storefront cannot do without orders")

    @app.get("/", include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(PAGE)

    @app.get("/products")
    def products(query: str = "") -> list[Offer]:
        return shelf.offers(query if place.does(Trait.SEARCH) else "")

    @app.get("/products/{sku}")
    def product(sku: str) -> Offer:
        return shelf.offer(sku)

    @app.post("/purchases", status_code=201)
    def purchase(asked: Purchase) -> Receipt:
        """Sold out: 409. The card was declined: 402. No rate for the currency: 422."""
        wanted = {**asked.model_dump(), "price": shelf.offer(asked.sku).price}
        answer = orders.call("POST", "/orders", json=wanted, also=PASSED_ON)
        if answer.is_error:
            refuse(answer.status_code, answer.json()["error"], sku=asked.sku)
        with books.connection() as db:
            receipt = Receipt(order_id=answer.json()["id"], **asked.model_dump(exclude={"card"}))
            db.all("INSERT INTO receipt VALUES (?, ?, ?, ?)", *receipt.model_dump().values())
            db.forget_old("receipt")
        return receipt

    @app.get("/purchases/{order}")
    def status(order: str) -> dict[str, Any]:
        answer = orders.call("GET", f"/orders/{order}", also=(404,))
        if answer.is_error:
            refuse(404, f"There is no order {order!r}.", order=order)
        return answer.json()

    return app


class Shelf:
    """What there is to buy: the products of the catalog, or vouchers."""

    def __init__(self, place: Placement) -> None:
        self._catalog: Neighbour | None = neighbour(place, "catalog")
        self._place = place

    def offers(self, query: str) -> list[Offer]:
        if self._catalog is None:
            return [offer for offer in VOUCHERS.values() if query.lower() in offer.name.lower()]
        found = self._catalog.call("GET", f"/products?query={query}").json()
        return [self._offer(told) for told in found]

    def offer(self, sku: str) -> Offer:
        """Refuses with 404 when there is no such product."""
        offer = VOUCHERS.get(sku) if self._catalog is None else self._from_catalog(self._catalog, sku)
        if offer is None:
            refuse(404, f"There is no product {sku!r}.", sku=sku)
        return offer

    def _from_catalog(self, catalog: Neighbour, sku: str) -> Offer | None:
        answer = catalog.call("GET", f"/products/{sku}", also=(404,))
        return None if answer.is_error else self._offer(answer.json())

    def _offer(self, told: dict[str, Any]) -> Offer:
        """The catalog has renamed its field once; later versions read either name."""
        if self._place.does(Trait.READS_UNIT_PRICE) and "unit_price" in told:
            return Offer(sku=told["sku"], name=told["name"], price=told["unit_price"])
        return Offer(sku=told["sku"], name=told["name"], price=told["price"])
