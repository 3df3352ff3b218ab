"""A store on a real database file, and a server around it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from shop.api import Api
from shop.client import Client
from shop.products import Product
from shop.server import ShopServer
from shop.store import Store

OTHER_PRODUCTS = 3000


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A path for a database file."""
    return tmp_path / "shop.db"


@pytest.fixture
def store(database: Path, products: dict[str, Product]) -> Store:
    """A store with the three known products, and as many others as a real shop has."""
    store = Store(database)
    store.save_products([*products.values(), *make_products(OTHER_PRODUCTS)])
    return store


@pytest.fixture
def client(store: Store) -> Iterator[Client]:
    """A client of a server that runs in a thread of this process."""
    with ShopServer(Api(store)) as server:
        # The poll interval is how long `shutdown` may take.
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield Client(server.url)
        server.shutdown()
        thread.join()


def make_products(count: int) -> Iterator[Product]:
    """Invent so many products."""
    for number in range(count):
        yield Product(sku=f"part-{number}", name=f"Part no. {number}", price=100, stock=100)
