"""Variables that are set while tests of a phase run."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from pytest_agentorch.agent.phase_environment import PhaseEnvironment
from tests.unit.orchestration.plans import a_phase


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[PhaseEnvironment]:
    """Two phases with variables, one of which is there before, and one without."""
    monkeypatch.setenv("SHOP_URL", "of the user")
    monkeypatch.delenv("SHOP_MODE", raising=False)
    found = PhaseEnvironment(
        [
            a_phase(),
            a_phase("integration", env=(("SHOP_URL", "test"), ("SHOP_MODE", "fast"))),
            a_phase("e2e", env=(("SHOP_MODE", "slow"),)),
        ]
    )
    yield found
    found.turn("")


def seen() -> tuple[str | None, str | None]:
    """What tests would see."""
    return os.environ.get("SHOP_URL"), os.environ.get("SHOP_MODE")


def test_each_phase_has_its_own(environment: PhaseEnvironment) -> None:
    """And afterwards all is as it was."""
    environment.turn("unit")
    assert seen() == ("of the user", None)
    environment.turn("integration")
    assert seen() == ("test", "fast")
    environment.turn("e2e")
    assert seen() == ("of the user", "slow")
    environment.turn("")
    assert seen() == ("of the user", None)


def test_what_a_test_has_changed_stays_for_its_phase(environment: PhaseEnvironment) -> None:
    """As in one process; the next test of the same phase changes nothing."""
    environment.turn("integration")
    os.environ["SHOP_MODE"] = "changed"
    environment.turn("integration")
    assert seen() == ("test", "changed")
    del os.environ["SHOP_URL"]
    environment.turn("unit")
    assert seen() == ("of the user", None)


def test_what_is_imported_between_two_tests_sees_none_of_it(environment: PhaseEnvironment) -> None:
    """It belongs to no phase."""
    environment.turn("integration")
    with environment.between_tests():
        assert seen() == ("of the user", None)
    assert seen() == ("test", "fast")
