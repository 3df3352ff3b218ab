import pytest


def test_late():
    from shop.late import pick

    assert pick(1) == "one"


@pytest.mark.skip(reason="not today")
def test_skipped():
    from shop.late import pick

    assert pick(0) == "zero"


def test_cov_fixture(cov):
    assert cov is None or cov.config.branch
