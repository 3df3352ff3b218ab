import pytest


@pytest.fixture
def broken():
    yield
    raise OSError("in teardown")


class TestClass:
    def test_method(self):
        print("x" * 300)

    def test_teardown(self, broken):
        pass
