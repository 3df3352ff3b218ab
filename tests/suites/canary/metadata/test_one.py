import pytest


@pytest.mark.parametrize("n", range(5))
def test_passes(n):
    pass


def test_fails():
    print("printed")
    assert [1] == [2]


@pytest.mark.skip(reason="not today")
def test_skipped():
    pass
