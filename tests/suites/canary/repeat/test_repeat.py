import pytest

SEEN = []


@pytest.mark.repeat(4)
def test_marked():
    pass


def test_plain():
    pass


@pytest.mark.parametrize("n", range(2))
def test_parametrised(n):
    assert n == 0


class TestClass:
    def test_method(self, request):
        SEEN.append(request.node.name)
        assert SEEN.count(request.node.name) == 1
