import os

import pytest

from conftest import AT_IMPORT


@pytest.mark.parametrize("n", range(3))
def test_env(n):
    assert AT_IMPORT == os.environ["CANARY_ONE"] == "1"


def test_default():
    assert os.environ["CANARY_DEFAULT"] == "default"


def test_fails():
    assert os.environ["CANARY_HOME"] != os.environ["PATH"]
