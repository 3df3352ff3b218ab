"""The HTTP API over a real socket, on a real database."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from shop.client import Client
from shop.products import Product
from shop.store import Store


def test_all_products_are_listed(client: Client, store: Store) -> None:
    reply = client.get("/products")
    assert reply.status == HTTPStatus.OK
    assert [Product(**fields) for fields in reply.payload] == store.products()


def test_each_product_has_an_address(client: Client) -> None:
    replies = [client.get(f"/products/part-{number}") for number in range(20)]
    assert [reply.payload["name"] for reply in replies] == [f"Part no. {n}" for n in range(20)]


def test_an_address_may_be_escaped(client: Client, store: Store) -> None:
    store.save_products([Product(sku="tea/1 kg", name="Tea", price=5000)])
    assert client.get("/products/tea%2F1%20kg?currency=EUR").payload["price"] == 5000


def test_a_quote_sells_nothing(client: Client, store: Store) -> None:
    for _ in range(10):
        reply = client.post("/quotes", {"cart": {"pot": 1}, "coupon": "WELCOME10"})
        assert (reply.status, reply.payload["total"]) == (HTTPStatus.OK, 4860 + 490)
    assert store.product("pot").stock == 1


@pytest.mark.smoke
def test_an_order_can_be_read_again(client: Client) -> None:
    for _ in range(10):
        placed = client.post("/orders", {"cart": {"tea": 2, "cup": 1}})
        assert placed.status == HTTPStatus.CREATED
        assert client.get(f"/orders/{placed.payload['id']}").payload == placed.payload


def test_an_order_can_be_cancelled(client: Client, store: Store) -> None:
    number = client.post("/orders", {"cart": {"pot": 1}}).payload["id"]
    assert client.post(f"/orders/{number}/cancellation", None).payload["cancelled"]
    assert store.product("pot").stock == 1
    assert client.post(f"/orders/{number}/cancellation", None).status == HTTPStatus.CONFLICT


def test_customers_come_at_the_same_time(client: Client, store: Store) -> None:
    def buy(number: int) -> int:
        return client.post("/orders", {"cart": {f"part-{number}": 1, "cup": 1}}).status

    with ThreadPoolExecutor(max_workers=4) as customers:
        statuses = sorted(customers.map(buy, range(30)))
    assert statuses == [HTTPStatus.CREATED] * 20 + [HTTPStatus.CONFLICT] * 10
    assert store.product("cup").stock == 0


@pytest.mark.parametrize("path", ["/prices", "/products/car", "/orders/1"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    reply = client.get(path)
    assert reply.status == HTTPStatus.NOT_FOUND
    assert reply.payload["error"]


@pytest.mark.parametrize("path", ["/quotes", "/orders"])
def test_a_bad_request_is_refused(client: Client, store: Store, path: str) -> None:
    for body in (b"", b"tea", b'{"cart": {}}', b'{"cart": {"tea": 0}}'):
        reply = client.post_bytes(path, body)
        assert reply.status == HTTPStatus.BAD_REQUEST
        assert reply.payload["error"]
    assert store.sales() == []
