"""The store: products and orders in an SQLite file, safe for several threads and processes."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

from shop.cart import Cart
from shop.errors import ConflictError, NotFoundError
from shop.money import Cents
from shop.pricing import Quote, make_quote
from shop.products import Product

LOCK_TIMEOUT_SECONDS = 30

SCHEMA = """
CREATE TABLE IF NOT EXISTS products (
    sku TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    price INTEGER NOT NULL,
    vat_percent INTEGER NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0)
);
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    total INTEGER NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    sku TEXT NOT NULL REFERENCES products (sku),
    quantity INTEGER NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (order_id, sku)
);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A sale that was made."""

    id: int
    total: Cents
    cancelled: bool
    quantities: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """How much of one product was sold, cancelled orders left out."""

    sku: str
    quantity: int
    revenue: Cents


class Store:
    """Products and orders in one file.

    Each operation has a connection of its own, so that threads can share a store; each change is
    one transaction, so that two customers never get the same last piece.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._connection() as connection:
            connection.executescript(SCHEMA)

    def save_products(self, products: Iterable[Product]) -> None:
        """Add products, and replace those that have the same sku: all of them or none."""
        with self._transaction() as connection:
            connection.executemany(
                "INSERT INTO products (sku, name, price, vat_percent, stock) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (sku) DO UPDATE SET name = excluded.name, price = excluded.price,"
                " vat_percent = excluded.vat_percent, stock = excluded.stock",
                map(astuple, products),
            )

    def products(self) -> list[Product]:
        """List all products by sku."""
        with self._connection() as connection:
            rows = connection.execute("SELECT * FROM products ORDER BY sku")
            return [Product(**row) for row in rows]

    def product(self, sku: str) -> Product:
        """Find one product."""
        with self._connection() as connection:
            return _read_product(connection, sku)

    def quote(self, cart: Cart, coupon: str | None = None) -> Quote:
        """Price a cart at today's prices."""
        with self._connection() as connection:
            return _read_quote(connection, cart, coupon)

    def place(self, cart: Cart, coupon: str | None = None) -> Order:
        """Sell a cart: take it from stock and keep the order."""
        with self._transaction() as connection:
            quote = _read_quote(connection, cart, coupon)
            _take_from_stock(connection, cart)
            return _read_order(connection, _insert_order(connection, quote))

    def order(self, order_id: int) -> Order:
        """Find one order."""
        with self._connection() as connection:
            return _read_order(connection, order_id)

    def cancel(self, order_id: int) -> Order:
        """Undo a sale: its pieces go back into stock."""
        with self._transaction() as connection:
            order = _read_order(connection, order_id)
            if order.cancelled:
                raise ConflictError(f"order {order_id} is cancelled already")
            connection.execute("UPDATE orders SET cancelled = 1 WHERE id = ?", (order_id,))
            connection.executemany(
                "UPDATE products SET stock = stock + ? WHERE sku = ?",
                ((quantity, sku) for sku, quantity in order.quantities.items()),
            )
            return _read_order(connection, order_id)

    def sales(self) -> list[Sales]:
        """Add up what was sold, the largest revenue first."""
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT sku, sum(quantity) AS quantity, sum(order_lines.total) AS revenue"
                " FROM order_lines JOIN orders ON orders.id = order_id WHERE NOT cancelled"
                " GROUP BY sku ORDER BY revenue DESC, sku"
            )
            return [Sales(**row) for row in rows]

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # isolation_level=None: transactions begin where this file says, not where sqlite3 guesses.
        with closing(
            sqlite3.connect(self._path, isolation_level=None, timeout=LOCK_TIMEOUT_SECONDS)
        ) as connection:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._connection() as connection, connection:
            # IMMEDIATE takes the write lock before the first read: what was read stays true.
            connection.execute("BEGIN IMMEDIATE")
            yield connection


def _read_product(connection: sqlite3.Connection, sku: str) -> Product:
    row = connection.execute("SELECT * FROM products WHERE sku = ?", (sku,)).fetchone()
    if row is None:
        raise NotFoundError(f"no such product: {sku}")
    return Product(**row)


def _read_quote(connection: sqlite3.Connection, cart: Cart, coupon: str | None) -> Quote:
    return make_quote(cart, {sku: _read_product(connection, sku) for sku, _ in cart}, coupon)


def _take_from_stock(connection: sqlite3.Connection, cart: Cart) -> None:
    for sku, quantity in cart:
        taken = connection.execute(
            "UPDATE products SET stock = stock - ? WHERE sku = ? AND stock >= ?",
            (quantity, sku, quantity),
        )
        if taken.rowcount == 0:
            raise ConflictError(f"not enough in stock: {sku}")


def _insert_order(connection: sqlite3.Connection, quote: Quote) -> int:
    cursor = connection.execute("INSERT INTO orders (total) VALUES (?)", (quote.total,))
    order_id = cursor.lastrowid
    assert order_id is not None  # an INSERT that did not raise has a row
    connection.executemany(
        "INSERT INTO order_lines (order_id, sku, quantity, total) VALUES (?, ?, ?, ?)",
        ((order_id, line.sku, line.quantity, line.total) for line in quote.lines),
    )
    return order_id


def _read_order(connection: sqlite3.Connection, order_id: int) -> Order:
    row = connection.execute("SELECT * FROM orders WHERE id = ?", (order_id,)).fetchone()
    if row is None:
        raise NotFoundError(f"no such order: {order_id}")
    lines = connection.execute(
        "SELECT sku, quantity FROM order_lines WHERE order_id = ? ORDER BY sku", (order_id,)
    )
    return Order(
        id=row["id"],
        total=row["total"],
        cancelled=bool(row["cancelled"]),
        quantities={line["sku"]: line["quantity"] for line in lines},
    )
