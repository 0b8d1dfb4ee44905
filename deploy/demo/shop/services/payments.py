"""Cards and refunds."""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel, Field

from shop.placement import Placement
from shop.releases import Trait
from shop.service import application, database, note, refuse
from shop.store import Connection

SCHEMA = """
CREATE TABLE IF NOT EXISTS charge (reference TEXT PRIMARY KEY, amount INTEGER NOT NULL, currency TEXT NOT NULL,
                                   rate REAL NOT NULL, status TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refund (reference TEXT PRIMARY KEY);
"""
PER_EURO = {"GBP": 0.8421, "JPY": 163.4, "TRY": 35.18, "USD": 1.0837}
"""What one euro is worth, as a central bank publishes it each day."""
CENTS = {"JPY": 1}
"""How many of the smallest unit make one of a currency; 100 where it is not said."""
DECLINED_CARDS_END_WITH = "0002"
"""As with the test cards of payment providers."""


class ChargeRequest(BaseModel):
    """amount: in euro cents. reference: the order; asking again with the same one charges once."""

    reference: str = Field(min_length=1, max_length=64)
    amount: int = Field(gt=0)
    currency: str = Field(pattern="^[A-Z]{3}$")
    card: str = Field(pattern="^[0-9]{12,19}$")


class Charge(BaseModel):
    """amount: in the smallest unit of `currency`. rate: units of it for one euro."""

    reference: str
    amount: int
    currency: str
    status: str = Field(examples=["paid", "refunded"])
    rate: float | None = None


class RefundRequest(BaseModel):
    reference: str = Field(min_length=1, max_length=64)


def build(place: Placement) -> FastAPI:
    app, books = application(place), database(place, SCHEMA)

    @app.post("/charges", status_code=201, response_model_exclude_none=True)
    def charge(asked: ChargeRequest) -> Charge:
        """Declined cards are answered with 402."""
        rate = _rate(place, asked.currency)
        amount = round(asked.amount / 100 * rate * CENTS.get(asked.currency, 100))
        if asked.card.endswith(DECLINED_CARDS_END_WITH):
            refuse(402, "The card was declined.", reference=asked.reference, currency=asked.currency)
        with books.connection() as db:
            db.all(
                "INSERT INTO charge VALUES (?, ?, ?, ?, 'paid') ON CONFLICT (reference) DO NOTHING",
                *(asked.reference, amount, asked.currency, rate),
            )
            db.forget_old("charge")
            note("Charged", reference=asked.reference, amount=amount, currency=asked.currency)
            return _charge(place, db, asked.reference)

    @app.get("/charges/{reference}", response_model_exclude_none=True)
    def read(reference: str) -> Charge:
        with books.connection() as db:
            return _charge(place, db, reference)

    @app.post("/refunds", response_model_exclude_none=True)
    def refund(asked: RefundRequest) -> Charge:
        with books.connection() as db, db.transaction():
            _charge(place, db, asked.reference)
            if db.one("SELECT 1 FROM refund WHERE reference = ?", asked.reference) is None:
                db.all("INSERT INTO refund VALUES (?)", asked.reference)
                db.all("UPDATE charge SET status = 'refunded' WHERE reference = ?", asked.reference)
            elif not place.does(Trait.REFUND_REPEATABLE):
                refuse(409, "This was refunded before.", reference=asked.reference)
            return _charge(place, db, asked.reference)

    return app


def _rate(place: Placement, currency: str) -> float:
    """Units of `currency` for one euro."""
    if (not place.does(Trait.RATES_FROM_TABLE) or place.does(Trait.EURO_IS_BASE)) and currency == "EUR":
        return 1.0
    if not place.does(Trait.UNKNOWN_IS_NO_CASE) and currency not in PER_EURO:
        refuse(422, f"There is no rate for {currency}; there are {', '.join(['EUR', *PER_EURO])}.", currency=currency)
    return PER_EURO[currency]


def _charge(place: Placement, db: Connection, reference: str) -> Charge:
    row = db.one("SELECT * FROM charge WHERE reference = ?", reference)
    if row is None:
        refuse(404, f"Nothing was charged for {reference!r}.", reference=reference)
    told = Charge(**dict(row))
    return told if place.does(Trait.TELLS_RATE) else told.model_copy(update={"rate": None})
