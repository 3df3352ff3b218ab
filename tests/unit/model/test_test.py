"""A collected test."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.test import Rule, parent_of
from tests.unit.orchestration.plans import a_test


@pytest.mark.parametrize(
    ("node_id", "path"),
    [("a/test_b.py::TestC::test_d[x::y]", "a/test_b.py"), ("README.rst::README.rst", "README.rst")],
)
def test_its_path_is_the_file_part_of_its_node_id(node_id: str, path: str) -> None:
    """Whatever is in its parameters."""
    assert a_test(node_id=node_id).path == path


def test_a_phase_is_named_by_people_only() -> None:
    """What is inferred has neither barrier nor cap."""
    named = [rule for rule in Rule if rule.names_the_phase]
    assert named == [Rule.HOOK, Rule.MARKER, Rule.CONFIGURATION]


@pytest.mark.parametrize(
    ("node_id", "parent"),
    [
        ("a.py::test_it", "a.py"),
        ("a.py::TestIt::test_it", "a.py::TestIt"),
        ("a.py::TestIt::test_it[x::y]", "a.py::TestIt"),
        ("app/[slug]/a.py::test_it[1]", "app/[slug]/a.py"),
        ("app/[slug]/a.py::TestIt::test_it", "app/[slug]/a.py::TestIt"),
        ("a.py", ""),
    ],
)
def test_the_node_above(node_id: str, parent: str) -> None:
    """What is in brackets may hold colons, and a folder may have brackets."""
    assert parent_of(node_id) == parent
