import pytest


@pytest.fixture(scope="module")
def shared():
    return 1


@pytest.fixture
def broken():
    raise OSError("in setup")


@pytest.mark.parametrize("n", range(3))
def test_shared(n, shared):
    pass


def test_error(broken):
    pass
