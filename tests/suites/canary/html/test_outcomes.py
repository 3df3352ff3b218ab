"""One test for each row of the report."""

import logging
import sys
import warnings

import pytest
from pytest_html import extras as html


def test_passes():
    """It passes."""


@pytest.mark.parametrize("n", range(3))
def test_parametrised(n):
    pass


def test_fails():
    """It fails."""
    print("on stdout")
    print("on stderr", file=sys.stderr)
    logging.getLogger().warning("in the log")
    assert [1, 2] == [1, 3], "<b>&escaped"


def test_extras(extras):
    extras.append(html.url("https://example.org/", name="a link"))
    extras.append(html.json({"key": [1, 2]}))
    extras.append(html.image("iVBORw0KGgo="))


@pytest.mark.skip(reason="not today")
def test_skipped():
    pass


@pytest.mark.xfail(reason="known")
def test_xfail():
    raise ValueError


@pytest.mark.xfail
def test_xpass():
    pass


@pytest.fixture
def broken():
    raise OSError("in setup")


def test_error(broken):
    pass


def test_warns():
    warnings.warn("careful", stacklevel=1)
