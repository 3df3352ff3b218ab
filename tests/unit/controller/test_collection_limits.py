"""How long a collection may take."""

from __future__ import annotations

import pytest

from pytest_agentorch.controller import collection_limits
from pytest_agentorch.controller.collection_limits import LEAST_SECONDS, CollectionLimits


class Clock:
    """Stands still unless it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time that limits know."""
    clock = Clock()
    monkeypatch.setattr(collection_limits, "CLOCK", clock)
    return clock


def test_without_limits_it_takes_as_long_as_it_likes(clock: Clock) -> None:
    """`--agents-timeout=0`, and no time for the run."""
    limits = CollectionLimits(0.0, None)
    clock.now += 1e6
    assert limits.wait_seconds is None
    limits.check("test_a.py")


@pytest.mark.parametrize(("timeout", "longest"), [(2.0, LEAST_SECONDS), (1800.0, 1800.0)])
def test_a_file_has_as_long_as_a_test(clock: Clock, timeout: float, longest: float) -> None:
    """Five minutes at least, from the last news on."""
    limits = CollectionLimits(timeout, None)
    clock.now += longest - 1.0
    limits.check("test_a.py")
    limits.heard()
    clock.now += longest - 1.0
    limits.check("test_b.py")
    assert limits.wait_seconds == 1.0
    clock.now += 1.0
    with pytest.raises(pytest.Session.Interrupted, match=r"in test_b.py \[collection-timed-out\]"):
        limits.check("test_b.py")


def test_the_run_has_its_own_time(clock: Clock) -> None:
    """News are no reason to wait longer."""
    limits = CollectionLimits(1800.0, clock.now + 5.0)
    assert limits.wait_seconds == 5.0
    clock.now += 5.0
    limits.heard()
    assert limits.wait_seconds == 0.0
    with pytest.raises(pytest.Session.Interrupted, match=r"collected \[run-timed-out\]"):
        limits.check("")
