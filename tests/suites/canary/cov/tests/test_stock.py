import pytest

from shop.stock import Stock


def test_take(stock):
    assert stock.take("apple") == "apple"
    assert stock.take("pear") is None


def test_wrong():
    with pytest.raises(ValueError, match="apple"):
        Stock().add("apple", 0)


def test_threads():
    stock = Stock()
    stock.fill(["a", "b"])
    assert stock.items == {"a": 3, "b": 3}


@pytest.mark.no_cover
def test_that_does_not_count():
    assert Stock().hidden() == 0


def test_without(no_cover):
    assert Stock().hidden() == 0
