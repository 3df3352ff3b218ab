import logging
import os
import sys

import pytest


def test_capsys(capsys):
    print("one")
    print("two", file=sys.stderr)
    assert capsys.readouterr() == ("one\n", "two\n")


def test_capfd(capfd):
    os.write(1, b"raw")
    assert capfd.readouterr().out == "raw"


def test_caplog(caplog):
    with caplog.at_level(logging.INFO):
        logging.getLogger("x").info("seen")
    assert caplog.messages == ["seen"]


def test_captured_output_of_a_failure():
    os.write(1, b"raw bytes on 1\n")
    os.write(2, b"raw bytes on 2\n")
    logging.getLogger("x").error("logged")
    raise AssertionError("look at the sections")


def test_output_of_a_pass():
    print("nobody sees this but -rP")


def test_disabled(capsys):
    with capsys.disabled():
        pass


@pytest.fixture
def noisy():
    print("noise at setup")
    yield
    print("noise at teardown")


def test_noisy(noisy):
    print("noise in the call")
    raise AssertionError("noisy")
