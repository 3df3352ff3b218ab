import pytest


@pytest.mark.parametrize("n", range(3))
def test_plain(n):
    assert n != 1
