import pytest


@pytest.mark.order(-1)
def test_last():
    pass


@pytest.mark.order(2)
def test_second():
    pass


@pytest.mark.order(1)
def test_first():
    pass


def test_between():
    assert 0


@pytest.mark.order(after="test_second.py::test_two")
def test_after_another_file():
    pass
