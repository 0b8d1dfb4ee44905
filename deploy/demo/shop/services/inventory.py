"""Stock and reservations of stock. The first pack of a product comes when somebody asks, the next when it runs low."""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel, Field

from shop.neighbours import Neighbour
from shop.placement import Placement
from shop.releases import Trait
from shop.service import application, database, log, neighbour, note, refuse
from shop.store import Connection, Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS stock (sku TEXT PRIMARY KEY, pack INTEGER NOT NULL, delivered INTEGER NOT NULL,
                                  available INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS reservation (reference TEXT PRIMARY KEY, sku TEXT NOT NULL, quantity INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS reservation_by_sku ON reservation (sku);
"""
RUNS_LOW = 1 / 4
"""Of a pack."""
SHIPPED_AT = 500
"""Reservations of a product that leave the warehouse, and its books, together."""


class ReservationRequest(BaseModel):
    """reference: the order; asking again with the same one reserves once."""

    reference: str = Field(min_length=1, max_length=64)
    sku: str = Field(min_length=1, max_length=64)
    quantity: int = Field(gt=0)


class Reservation(BaseModel):
    reference: str
    sku: str
    quantity: int


class Stock(BaseModel):
    """delivered = available + reserved, in pieces."""

    sku: str
    delivered: int
    available: int
    reserved: int | None = None


def build(place: Placement) -> FastAPI:
    app, books, catalog = application(place), database(place, SCHEMA), neighbour(place, "catalog")
    sold_out = 404 if place.does(Trait.SOLD_OUT_IS_NOT_FOUND) else 409
    take = _take_unlocked if place.does(Trait.UNLOCKED) else _take
    with books.connection() as db:
        _take_stock(db)

    @app.get("/stock/{sku}", response_model_exclude_none=True)
    def stock(sku: str) -> Stock:
        with books.connection() as db:
            row = _known(db, catalog, sku)
            reserved = _reserved(db, sku) if place.does(Trait.TELLS_RESERVED) else None
            return Stock(sku=sku, delivered=row["delivered"], available=row["available"], reserved=reserved)

    @app.post("/reservations", status_code=201)
    def reserve(asked: ReservationRequest) -> Reservation:
        """More than there is: 409."""
        with books.connection() as db:
            _known(db, catalog, asked.sku)
            if not take(db, asked):
                refuse(sold_out, f"{asked.sku} is sold out.", sku=asked.sku, quantity=asked.quantity)
            note("Reserved", reference=asked.reference, sku=asked.sku, quantity=asked.quantity)
            _look_after(db, asked.sku)
        return Reservation(**asked.model_dump())

    @app.delete("/reservations/{reference}", status_code=204)
    def give_back(reference: str) -> None:
        with books.connection() as db, db.transaction():
            for row in db.all("DELETE FROM reservation WHERE reference = ? RETURNING sku, quantity", reference):
                db.all("UPDATE stock SET available = available + ? WHERE sku = ?", row["quantity"], row["sku"])

    return app


def _known(db: Connection, catalog: Neighbour | None, sku: str) -> Row:
    """The stock of a product. The first one of it is delivered when somebody asks, if the catalog has it."""
    row = db.one("SELECT * FROM stock WHERE sku = ?", sku)
    if row is not None:
        return row
    answer = catalog.call("GET", f"/products/{sku}", also=(404,)) if catalog else None
    if answer is None or answer.status_code == 404:  # noqa: PLR2004 - a status code
        refuse(404, f"There is no product {sku!r}.", sku=sku)
    pack = answer.json()["pack"]
    db.all("INSERT INTO stock VALUES (?, ?, ?, ?) ON CONFLICT (sku) DO NOTHING", sku, pack, pack, pack)
    return db.all("SELECT * FROM stock WHERE sku = ?", sku)[0]


def _take(db: Connection, asked: ReservationRequest) -> bool:
    """Whether there was enough."""
    with db.transaction():
        if db.one("SELECT 1 FROM reservation WHERE reference = ?", asked.reference) is not None:
            return True
        taken = db.one(
            "UPDATE stock SET available = available - ? WHERE sku = ? AND available >= ? RETURNING available",
            *(asked.quantity, asked.sku, asked.quantity),
        )
        if taken is not None:
            db.all("INSERT INTO reservation VALUES (?, ?, ?)", asked.reference, asked.sku, asked.quantity)
        return taken is not None


def _take_unlocked(db: Connection, asked: ReservationRequest) -> bool:
    """The same in three statements, between which others come in."""
    row = db.all("SELECT available FROM stock WHERE sku = ?", asked.sku)[0]
    left = row["available"] - asked.quantity
    if left >= 0:
        db.all("INSERT INTO reservation VALUES (?, ?, ?)", asked.reference, asked.sku, asked.quantity)
        db.all("UPDATE stock SET available = ? WHERE sku = ?", left, asked.sku)
    return left >= 0


def _reserved(db: Connection, sku: str) -> int:
    return db.all("SELECT coalesce(sum(quantity), 0) FROM reservation WHERE sku = ?", sku)[0][0]


def _take_stock(db: Connection) -> None:
    """Count anew what the versions before may have miscounted."""
    db.all(
        "UPDATE stock SET delivered = available"
        " + (SELECT coalesce(sum(quantity), 0) FROM reservation WHERE reservation.sku = stock.sku)"
    )


def _look_after(db: Connection, sku: str) -> None:
    """Count, ship and order anew."""
    with db.transaction():
        row = db.all("SELECT * FROM stock WHERE sku = ?", sku)[0]
        reserved = _reserved(db, sku)
        if row["delivered"] != row["available"] + reserved:
            counted = {"delivered": row["delivered"], "available": row["available"], "reserved": reserved}
            log.error("The stock of %r does not add up", sku, extra={"fields": {"sku": sku, **counted}})
        if reserved >= SHIPPED_AT:
            db.all("DELETE FROM reservation WHERE sku = ?", sku)
            db.all("UPDATE stock SET delivered = available WHERE sku = ?", sku)
        if row["available"] < row["pack"] * RUNS_LOW:
            db.all("UPDATE stock SET delivered = delivered + pack, available = available + pack WHERE sku = ?", sku)
