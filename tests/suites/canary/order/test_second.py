import pytest


@pytest.mark.order(before="test_one")
def test_two():
    pass


def test_one():
    pass


@pytest.mark.order("first")
@pytest.mark.skip(reason="not today")
def test_skipped():
    pass
