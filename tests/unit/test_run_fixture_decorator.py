"""Without agents a run-scoped fixture is one of the session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import pytest_agentorch

EVENTS: list[str] = []


def connect(value: int) -> Iterator[str]:
    """Make something of the value."""
    EVENTS.append("connect")
    yield f"client of {value}"
    EVENTS.append("disconnect")


@pytest_agentorch.run_fixture(connect=connect, name="client")
def _client() -> int:
    EVENTS.append("up")
    return 80


@pytest.mark.parametrize("n", range(2))
def test_tests_get_what_connect_makes(client: str, n: int) -> None:
    """Once."""
    assert client == "client of 80", n
    # On agents the fixture itself is set up elsewhere.
    assert EVENTS in (["up", "connect"], ["connect"])


def test_a_scope_is_one_of_two() -> None:
    """Session fixtures are pytest's own."""
    with pytest.raises(ValueError, match='a scope is "run" or "phase"'):
        pytest_agentorch.run_fixture(scope="session")  # type: ignore[call-overload]


def test_the_package_has_nothing_else() -> None:
    """What is not there is not found."""
    with pytest.raises(AttributeError, match="no attribute 'fixture'"):
        pytest_agentorch.fixture  # noqa: B018
