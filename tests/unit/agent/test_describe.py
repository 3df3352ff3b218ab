"""What neighbours share is found out once; what is their own is not."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.agent.describe import Describer, occurrences
from pytest_agentorch.agent.fixture_keys import FixtureKeys
from pytest_agentorch.model.test import Rule, TestDescriptor
from tests.unit.orchestration.plans import a_phase


def described(request: pytest.FixtureRequest, **phase: Any) -> dict[str, TestDescriptor]:
    """The tests of this file by name, where there is a phase `own` besides `unit`."""
    items = [item for item in request.session.items if item.path == request.path]
    describer = Describer(
        request.config, items, (a_phase(), a_phase("own", **phase)), FixtureKeys(())
    )
    return {item.name: describer.describe(item, 0) for item in items}


@pytest.mark.usefixtures("tmp_path")
def test_one(request: pytest.FixtureRequest) -> None:
    """A rule that looks at names looks at each."""
    found = described(request, keywords=("two",))
    assert found["test_one"].classification.phase == "unit"
    assert found["test_two"].classification.phase == "own"


def test_two(request: pytest.FixtureRequest) -> None:
    """Neighbours that differ in their fixtures and marks are not taken for each other."""
    found = described(request, fixtures=("tmp_path",))
    assert found["test_one"].classification.rule is Rule.CONFIGURATION
    assert found["test_two"].classification.phase == "unit"
    assert found["test_two"].classification is found["test_three"].classification


def test_three(request: pytest.FixtureRequest) -> None:
    """Keywords are those of the item, divided into its own and those of what it is in."""
    items = [item for item in request.session.items if item.path == request.path]
    describer = Describer(request.config, items, (a_phase(),), FixtureKeys(()))
    for item in items:
        test = describer.describe(item, 0)
        names = {*test.own_names, *describer.families.rows[test.family]}
        assert names == set(item.keywords)
    assert len(describer.families.rows) == 1
    assert set(occurrences([items[0], items[0]]).values()) == {1}


def test_four(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that use the same fixtures and have no marks are looked at once, others each."""
    looked_at: list[str] = []
    find = Describer._find_kin

    def spy(self: Describer, item: pytest.Item, node_id: str) -> Any:
        looked_at.append(item.name)
        return find(self, item, node_id)

    monkeypatch.setattr(Describer, "_find_kin", spy)
    found = described(request, fixtures=("monkeypatch",))
    assert looked_at == ["test_one", "test_two", "test_four"]
    assert found["test_four"].classification.rule is Rule.CONFIGURATION
    assert found["test_three"].classification.rule is not Rule.CONFIGURATION
