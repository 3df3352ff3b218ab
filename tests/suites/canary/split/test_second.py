import pytest


@pytest.mark.parametrize("n", range(8))
def test_second(n):
    pass


@pytest.mark.skip(reason="too slow")
def test_skipped():
    pass
