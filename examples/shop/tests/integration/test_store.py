"""The store on a real database file."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from shop.cart import Cart
from shop.errors import ConflictError, NotFoundError
from shop.products import Product
from shop.store import Sales, Store


def test_products_are_kept_in_the_file(
    store: Store, database: Path, products: dict[str, Product]
) -> None:
    again = Store(database)
    assert again.product("tea") == products["tea"]
    assert again.products() == store.products()


def test_saving_a_product_again_replaces_it(store: Store) -> None:
    dearer = [replace(product, price=product.price + 1) for product in store.products()]
    store.save_products(dearer)
    assert store.products() == dearer


def test_products_are_saved_all_or_none(store: Store, products: dict[str, Product]) -> None:
    cheaper = [replace(product, price=1) for product in store.products()]
    impossible = replace(products["tea"], stock=-1)
    with pytest.raises(sqlite3.IntegrityError):
        store.save_products([*cheaper, impossible])
    assert store.product("tea") == products["tea"]


def test_orders_are_numbered_in_turn(store: Store) -> None:
    assert [store.place(Cart({"tea": 1})).id for _ in range(20)] == list(range(1, 21))


def test_an_order_outlives_its_store(store: Store, database: Path) -> None:
    orders = [store.place(Cart({"tea": quantity, "cup": 1})) for quantity in range(1, 11)]
    again = Store(database)
    assert [again.order(order.id) for order in orders] == orders


@pytest.mark.parametrize("lines", [1, 500])
def test_an_order_keeps_all_of_its_lines(store: Store, lines: int) -> None:
    cart = Cart({f"part-{number}": number % 5 + 1 for number in range(lines)})
    order = store.place(cart)
    assert store.order(order.id).quantities == cart.quantities


def test_an_order_keeps_the_price_of_its_day(store: Store, products: dict[str, Product]) -> None:
    order = store.place(Cart({"pot": 1}))
    store.save_products([replace(products["pot"], price=9900)])
    assert store.order(order.id).total == 5400


def test_an_order_is_taken_from_stock(store: Store) -> None:
    for _ in range(10):
        store.place(Cart({"tea": 3, "cup": 2}))
    assert (store.product("tea").stock, store.product("cup").stock) == (70, 0)


def test_what_is_not_in_stock_is_not_sold(store: Store) -> None:
    for _ in range(10):
        with pytest.raises(ConflictError, match="not enough in stock: pot"):
            store.place(Cart({"tea": 1, "pot": 2}))
    # Nothing of the refused orders is left, not even the tea, which was there.
    assert store.product("tea").stock == 100
    assert store.sales() == []


def test_the_last_piece_is_sold_once(store: Store) -> None:
    """Customers in several threads want 20 cups, and there are as many orders too many."""

    def buy(_: int) -> bool:
        try:
            store.place(Cart({"cup": 1}))
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(max_workers=4) as customers:
        assert sum(customers.map(buy, range(40))) == 20
    assert store.product("cup").stock == 0


def test_cancelling_puts_everything_back(store: Store) -> None:
    orders = [store.place(Cart({"tea": 2, "cup": 1})) for _ in range(8)]
    assert all(store.cancel(order.id).cancelled for order in orders)
    assert (store.product("tea").stock, store.product("cup").stock) == (100, 20)


def test_an_order_is_cancelled_once(store: Store) -> None:
    order = store.place(Cart({"tea": 1}))
    store.cancel(order.id)
    with pytest.raises(ConflictError, match="cancelled already"):
        store.cancel(order.id)
    assert store.product("tea").stock == 100


def test_sales_leave_out_cancelled_orders(store: Store) -> None:
    orders = [store.place(Cart({"tea": 1, "cup": 2})) for _ in range(10)]
    store.cancel(orders[0].id)
    assert store.sales() == [
        Sales(sku="cup", quantity=18, revenue=18000),
        Sales(sku="tea", quantity=9, revenue=5760),
    ]


def test_an_unknown_order_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no such order: 7"):
        store.order(7)
