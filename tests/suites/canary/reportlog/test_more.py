import warnings

import pytest


def test_warns():
    warnings.warn("old recipe", UserWarning, stacklevel=1)


@pytest.mark.xfail(reason="known")
def test_known():
    raise AssertionError


@pytest.mark.parametrize("n", range(3))
def test_prints(n):
    print(f"cup {n}")
