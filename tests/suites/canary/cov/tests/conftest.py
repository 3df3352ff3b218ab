import pytest

from shop.stock import Stock


@pytest.fixture(scope="module")
def stock():
    stock = Stock()
    stock.add("apple", 2)
    yield stock
    stock.take("apple")
