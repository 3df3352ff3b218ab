import pytest


@pytest.mark.parametrize("n", range(3))
def test_plain(n):
    pass


def test_fails():
    assert 0


@pytest.mark.skip(reason="not today")
def test_skipped(benchmark):
    benchmark(list)
