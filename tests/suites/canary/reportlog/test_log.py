import pytest


@pytest.mark.parametrize("n", range(4))
def test_passes(n):
    pass


def test_fails(record_property):
    record_property("dish", "soup")
    assert [1, 2] == [1, 3]


@pytest.fixture
def broken():
    raise OSError("no kettle")


def test_error(broken):
    pass


@pytest.mark.skip(reason="not today")
def test_skipped():
    pass
