"""Carts and orders: stock is reserved, the card is charged, and what fails is given back."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from queue import Empty, LifoQueue
from typing import Protocol
from uuid import uuid4

from fastapi import FastAPI
from pydantic import BaseModel, Field

from shop.neighbours import Neighbour
from shop.placement import Placement
from shop.releases import Trait
from shop.service import application, database, neighbour, note, refuse
from shop.store import Connection, Database
from shop.telemetry import watch_pool

SCHEMA = """
CREATE TABLE IF NOT EXISTS purchase (id TEXT NOT NULL UNIQUE, sku TEXT NOT NULL, quantity INTEGER NOT NULL,
                                     currency TEXT NOT NULL, status TEXT NOT NULL, placed_at TEXT NOT NULL);
"""
POOL_SIZE, POOL_PATIENCE_SECONDS = 8, 1.0
KNOWN_HEADERS = {"host", "accept", "accept-encoding", "connection", "content-length", "content-type", "user-agent"}
TRACE_HEADERS = {"traceparent", "tracestate"}
SOLD_OUT, DECLINED = 409, 402


class OrderRequest(BaseModel):
    """price: of one piece, in euro cents; the card is charged in `currency`."""

    sku: str = Field(min_length=1, max_length=64)
    quantity: int = Field(gt=0, le=1_000)
    price: int = Field(gt=0)
    currency: str = Field(pattern="^[A-Z]{3}$")
    card: str = Field(pattern="^[0-9]{12,19}$")


class Order(BaseModel):
    id: str
    sku: str
    quantity: int
    currency: str
    status: str = Field(examples=["placed", "paid", "declined", "sold out", "cancelled"])
    placed_at: datetime | None = None


class Connections(Protocol):
    def connection(self) -> AbstractContextManager[Connection]: ...


class Pool:
    """Some connections that are opened once. Raises HTTP 503 when none comes free in time."""

    def __init__(self, books: Database, place: Placement) -> None:
        self._free: LifoQueue[Connection] = LifoQueue()
        self._place = place
        for _ in range(POOL_SIZE):
            self._free.put(books.open())
        watch_pool("orders", POOL_SIZE, self._free.qsize)

    @contextmanager
    def connection(self) -> Generator[Connection]:
        patience = POOL_PATIENCE_SECONDS if self._place.does(Trait.BUSY_IS_REFUSED) else None
        try:
            connection = self._free.get(timeout=patience)
        except Empty:
            refuse(503, f"No database connection came free within {POOL_PATIENCE_SECONDS:.0f} s.", pool=POOL_SIZE)
        if not self._place.does(Trait.POOL_GETS_BACK):
            yield connection
            self._free.put(connection)
            return
        try:
            yield connection
        finally:
            self._free.put(connection)


class Desk:
    """Takes orders. Where there is no inventory, there is nothing to reserve."""

    def __init__(self, place: Placement, payments: Neighbour, inventory: Neighbour | None) -> None:
        self._place, self._payments, self._inventory = place, payments, inventory

    def take(self, db: Connection, asked: OrderRequest) -> Order:
        order = uuid4().hex[:12]
        db.all(
            "INSERT INTO purchase VALUES (?, ?, ?, ?, 'placed', ?)",
            *(order, asked.sku, asked.quantity, asked.currency, datetime.now(UTC).isoformat(timespec="milliseconds")),
        )
        db.forget_old("purchase")
        self._reserve(db, order, asked)
        self._charge(db, order, asked)
        self._mark(db, order, "paid")
        note("Order paid", order=order, sku=asked.sku, quantity=asked.quantity, currency=asked.currency)
        return self.read(db, order)

    def read(self, db: Connection, order: str) -> Order:
        row = db.one("SELECT * FROM purchase WHERE id = ?", order)
        if row is None:
            refuse(404, f"There is no order {order!r}.", order=order)
        told = Order(**dict(row))
        return told if self._place.does(Trait.TELLS_WHEN_PLACED) else told.model_copy(update={"placed_at": None})

    def cancel(self, db: Connection, order: str) -> Order:
        if self.read(db, order).status == "paid":
            self._payments.call("POST", "/refunds", json={"reference": order})
            self._give_back(order)
            self._mark(db, order, "cancelled")
        return self.read(db, order)

    def _reserve(self, db: Connection, order: str, asked: OrderRequest) -> None:
        if self._inventory is None:
            return
        wanted = {"reference": order, "sku": asked.sku, "quantity": asked.quantity}
        if self._inventory.call("POST", "/reservations", json=wanted, also=(SOLD_OUT,)).status_code == SOLD_OUT:
            self._mark(db, order, "sold out")
            refuse(SOLD_OUT, f"{asked.sku} is sold out.", order=order, sku=asked.sku)

    def _charge(self, db: Connection, order: str, asked: OrderRequest) -> None:
        sum_asked = {"amount": asked.price * asked.quantity, "currency": asked.currency, "card": asked.card}
        answer = self._payments.call("POST", "/charges", json={"reference": order, **sum_asked}, also=(DECLINED, 422))
        if answer.is_error:
            self._mark(db, order, "declined")
            self._give_back(order)
            refuse(answer.status_code, answer.json()["error"], order=order, currency=asked.currency)

    def _give_back(self, order: str) -> None:
        if self._inventory is not None:
            self._inventory.call("DELETE", f"/reservations/{order}")

    def _mark(self, db: Connection, order: str, status: str) -> None:
        db.all("UPDATE purchase SET status = ? WHERE id = ?", status, order)


def build(place: Placement) -> FastAPI:
    app, connections = application(place), _connections(place)
    payments = neighbour(place, "payments", may_leave=_may_leave(place))
    if payments is None:
        raise LookupError("orders cannot do without payments")
    desk = Desk(place, payments, neighbour(place, "inventory", may_leave=_may_leave(place)))

    @app.post("/orders", status_code=201, response_model_exclude_none=True)
    def take(asked: OrderRequest) -> Order:
        """Sold out: 409. The card was declined: 402. No rate for the currency: 422."""
        with connections.connection() as db:
            return desk.take(db, asked)

    @app.get("/orders/{order}", response_model_exclude_none=True)
    def read(order: str) -> Order:
        with connections.connection() as db:
            return desk.read(db, order)

    @app.post("/orders/{order}/cancel", response_model_exclude_none=True)
    def cancel(order: str) -> Order:
        with connections.connection() as db:
            return desk.cancel(db, order)

    return app


def _connections(place: Placement) -> Connections:
    books = database(place, SCHEMA)
    return Pool(books, place) if place.does(Trait.POOLED) else books


def _may_leave(place: Placement) -> Callable[[str], bool]:
    if not place.does(Trait.KNOWN_HEADERS_ONLY):
        return lambda _: True
    known = KNOWN_HEADERS | (TRACE_HEADERS if place.does(Trait.TRACE_HEADERS_KNOWN) else set[str]())
    return lambda header: header in known
