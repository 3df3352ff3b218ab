import pytest


@pytest.fixture
def broken():
    raise OSError("in setup")


def test_error(broken):
    pass


@pytest.mark.xfail
def test_xfail():
    assert 0


@pytest.mark.xfail
def test_xpass():
    pass


class TestClass:
    def test_method(self):
        pass
