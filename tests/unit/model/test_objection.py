"""Why agents should not be forked."""

from __future__ import annotations

from pytest_agentorch.model.objection import Objection


def test_an_objection_is_a_risk_unless_it_forbids() -> None:
    """A user may take a risk."""
    assert not Objection(reason="some.db is open").forbids
