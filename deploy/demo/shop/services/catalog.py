"""Products and prices."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from fastapi import FastAPI
from pydantic import BaseModel, Field

from shop.placement import Placement
from shop.releases import Trait
from shop.service import application, database, refuse
from shop.store import Connection, Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS product (sku TEXT PRIMARY KEY, name TEXT NOT NULL, price INTEGER NOT NULL,
                                    pack INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sale (id INTEGER PRIMARY KEY, sku TEXT NOT NULL, second INTEGER NOT NULL);
"""
ASSORTMENT = (
    ("mug", "Enamel mug", 1450, 60),
    ("kettle", "Kettle", 5900, 24),
    ("teapot", "Teapot", 4200, 24),
    ("tea-green", "Green tea", 790, 120),
    ("tea-black", "Black tea", 690, 120),
    ("honey", "Linden honey", 1120, 48),
    ("spoon", "Olive wood spoon", 540, 80),
    ("tray", "Walnut tray", 3650, 16),
    ("towel", "Linen towel", 1890, 40),
    ("candle", "Beeswax candle", 980, 60),
)
SALES, SECONDS_OF_A_MONTH = 5_000, 30 * 86_400

# Which products were sold within a minute of `sku`. The first has to look at each pair of sales; the second reads the
# sales of a minute from an index (CROSS JOIN keeps the order of the tables in SQLite, else it begins with the other).
TOGETHER_BY_COMPARING = """
SELECT other.sku, count(*) AS times FROM sale AS this JOIN sale AS other ON abs(other.second - this.second) <= 60
WHERE this.sku = ? AND other.sku <> this.sku GROUP BY other.sku ORDER BY times DESC, other.sku LIMIT 3
"""
TOGETHER_BY_INDEX = """
SELECT other.sku, count(*) AS times FROM sale AS this
CROSS JOIN sale AS other INDEXED BY sale_by_second ON other.second BETWEEN this.second - 60 AND this.second + 60
WHERE this.sku = ? AND other.sku <> this.sku GROUP BY other.sku ORDER BY times DESC, other.sku LIMIT 3
"""


class Product(BaseModel):
    """price: of one piece, in euro cents. pack: pieces that a supplier delivers at once."""

    sku: str
    name: str
    price: int = Field(gt=0)
    pack: int = Field(gt=0)
    bought_together: list[str] = []


class ProductByUnit(BaseModel):
    """unit_price: of one piece, in euro cents. pack: pieces that a supplier delivers at once."""

    sku: str
    name: str
    unit_price: int = Field(gt=0)
    pack: int = Field(gt=0)
    bought_together: list[str] = []


def build(place: Placement) -> FastAPI:
    app, books = application(place), database(place, SCHEMA)
    with books.connection() as db:
        _stock_up(db)
        if place.does(Trait.SALES_IMPORTED):
            _import_sales(db)
        if place.does(Trait.SALES_INDEXED):
            db.define("CREATE INDEX IF NOT EXISTS sale_by_second ON sale (second)")
    if place.does(Trait.PRICES_DESCRIBED):
        app.description = "A price is of one piece, in euro cents."
    shown = ProductByUnit if place.does(Trait.UNIT_PRICE) else Product
    match = "instr(lower(name), lower(?))" if place.does(Trait.SEARCH_IGNORES_CASE) else "instr(name, ?)"

    @app.get("/products", response_model=list[shown])
    def products(query: str = "") -> Sequence[BaseModel]:
        with books.connection() as db:
            found = db.all(f"SELECT * FROM product WHERE {match} ORDER BY name", query)  # noqa: S608 - text of ours
        return [_described(place, row, []) for row in found]

    @app.get("/products/{sku}", response_model=shown)
    def product(sku: str) -> BaseModel:
        with books.connection() as db:
            row = db.one("SELECT * FROM product WHERE sku = ?", sku)
            if row is None:
                refuse(404, f"There is no product {sku!r}.", sku=sku)
            return _described(place, row, _bought_together(place, db, sku))

    return app


def _described(place: Placement, row: Row, together: list[str]) -> Product | ProductByUnit:
    sku, name, price, pack = row
    if place.does(Trait.UNIT_PRICE):
        return ProductByUnit(sku=sku, name=name, unit_price=price, pack=pack, bought_together=together)
    return Product(sku=sku, name=name, price=price, pack=pack, bought_together=together)


def _bought_together(place: Placement, db: Connection, sku: str) -> list[str]:
    if not place.does(Trait.BOUGHT_TOGETHER):
        return []
    sql = TOGETHER_BY_INDEX if place.does(Trait.SALES_INDEXED) else TOGETHER_BY_COMPARING
    return [row["sku"] for row in db.all(sql, sku)]


def _stock_up(db: Connection) -> None:
    if db.one("SELECT 1 FROM product LIMIT 1") is None:
        db.fill("INSERT INTO product VALUES (?, ?, ?, ?)", ASSORTMENT)


def _import_sales(db: Connection) -> None:
    """The sales of a month, as the tills recorded them: the same ones each time."""
    if db.one("SELECT 1 FROM sale LIMIT 1") is not None:
        return
    chance, skus = Random(7), [sku for sku, *_ in ASSORTMENT]  # noqa: S311 - sample data, no secret
    db.fill(
        "INSERT INTO sale (sku, second) VALUES (?, ?)",
        ((chance.choice(skus), chance.randrange(SECONDS_OF_A_MONTH)) for _ in range(SALES)),
    )
