"""The server, from outside."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.error import URLError

import pytest

from tests.e2e.program import Program


@pytest.mark.smoke
def test_a_customer_looks_around_and_buys(program: Program) -> None:
    with program.serve() as client:
        assert len(client.get("/products").payload) == 6
        purchase = {"cart": {"tea": 10, "spoon": 1}}
        quote = client.post("/quotes", purchase).payload
        order = client.post("/orders", purchase).payload
        assert order["total"] == quote["total"] == 6080 + 303
        assert client.get("/products/spoon").payload["stock"] == 2


def test_customers_race_for_the_last_spoons(program: Program) -> None:
    with program.serve() as client, ThreadPoolExecutor(max_workers=4) as customers:
        purchases = [{"cart": {"spoon": 1}}] * 8
        replies = customers.map(lambda purchase: client.post("/orders", purchase), purchases)
        statuses = sorted(reply.status for reply in replies)
    assert statuses == [HTTPStatus.CREATED] * 3 + [HTTPStatus.CONFLICT] * 5


def test_orders_outlive_the_server(program: Program) -> None:
    with program.serve() as client:
        order = client.post("/orders", {"cart": {"cup": 2}}).payload
    with pytest.raises(URLError):
        client.get("/products")
    with program.serve() as client:
        assert client.get(f"/orders/{order['id']}").payload == order


def test_the_server_and_the_command_line_share_a_database(program: Program) -> None:
    with program.serve() as client:
        program.run("order", "cup=40").check_returncode()
        assert client.post("/orders", {"cart": {"cup": 1}}).status == HTTPStatus.CONFLICT
    assert program.run("report").stdout.split() == ["40", "cup", "378.10"]
