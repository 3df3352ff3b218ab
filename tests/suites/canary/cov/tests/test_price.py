import pytest

from shop.price import discount, later, steps, total


@pytest.mark.parametrize(
    ("kind", "expected"), [("student", 50), ("senior", 70), (None, 100)], ids=str
)
def test_discount(kind, expected):
    assert discount(100, kind) == expected


def test_total():
    assert total([1, -1, 2]) == 3


def test_steps():
    assert list(steps(2)) == [0, 1]


def test_fails():
    assert later(2)() == 5
