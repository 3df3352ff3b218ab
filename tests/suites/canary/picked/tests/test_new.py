import pytest


@pytest.mark.parametrize("n", range(3))
def test_new(n):
    pass
