import pytest


@pytest.mark.parametrize("n", range(8))
def test_first(n):
    pass


def test_fails():
    raise AssertionError("always")
