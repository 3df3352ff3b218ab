import pytest

pytestmark = pytest.mark.skip(reason="all of this module")


def test_one():
    pass


def test_two():
    pass
