"""The end of a process of run-scoped fixtures."""

from __future__ import annotations

from pytest_agentorch.model.run_fixture_event import RunFixtureLost


def test_it_is_explained_under_its_slug() -> None:
    """In docs/messages.md."""
    assert RunFixtureLost.slug == "run-fixture-lost"
