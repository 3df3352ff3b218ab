import os
import signal

import pytest


def test_passes():
    pass


@pytest.mark.flaky(reruns=3)
def test_third_time(attempt):
    assert attempt == 3


@pytest.mark.flaky(reruns=2)
def test_never(attempt):
    assert attempt > 9


@pytest.mark.flaky(reruns=2, only_rerun=["OSError"])
def test_not_this_error(attempt):
    assert attempt > 9


@pytest.mark.flaky(reruns=2, condition=False)
def test_condition(attempt):
    assert attempt > 9


@pytest.mark.flaky(reruns=1, reruns_delay=0.1)
def test_delay(attempt):
    assert attempt == 2


def test_from_the_command_line(attempt):
    """Needs --reruns=1."""
    assert attempt == 2


@pytest.mark.skip(reason="not today")
@pytest.mark.flaky(reruns=2)
def test_skipped():
    raise AssertionError


@pytest.mark.xfail(strict=True)
@pytest.mark.flaky(reruns=2)
def test_xfail(attempt):
    assert attempt > 9
