import pytest


def test_kept(snapshot):
    assert {"a": [1, 2]} == snapshot


@pytest.mark.parametrize("n", range(3))
def test_parametrised(snapshot, n):
    assert n == snapshot


def test_two(snapshot):
    assert "first" == snapshot
    assert "second" == snapshot(name="named")


def test_plain():
    pass
