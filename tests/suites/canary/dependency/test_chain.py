import pytest


def test_base():
    pass


def test_broken():
    assert 0


@pytest.mark.dependency(depends=["test_base"])
def test_on_base():
    pass


@pytest.mark.dependency(depends=["test_broken"])
def test_on_broken():
    raise AssertionError("must be skipped")


@pytest.mark.dependency(depends=["test_on_base", "test_on_broken"])
def test_on_both():
    raise AssertionError("must be skipped")


class TestClass:
    def test_one(self):
        pass

    @pytest.mark.dependency(depends=["TestClass::test_one"])
    def test_two(self):
        pass


@pytest.mark.parametrize("n", range(3))
def test_parametrised(n):
    assert n != 1


@pytest.mark.parametrize(
    "n",
    [
        pytest.param(n, marks=pytest.mark.dependency(depends=[f"test_parametrised[{n}]"]))
        for n in range(3)
    ],
)
def test_on_parametrised(n):
    assert n != 1
