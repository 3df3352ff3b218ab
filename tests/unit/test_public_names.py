"""What suites import from the package."""

from __future__ import annotations

import subprocess
import sys

import pytest

import pytest_agentorch


@pytest.mark.parametrize("name", pytest_agentorch.__all__)
def test_a_public_name_is_there(name: str) -> None:
    """And explained."""
    assert getattr(pytest_agentorch, name).__doc__


def test_every_home_has_a_public_name() -> None:
    """None is forgotten."""
    assert list(pytest_agentorch._HOMES) == pytest_agentorch.__all__


def test_other_names_are_not() -> None:
    """As of any module."""
    assert not hasattr(pytest_agentorch, "AgentBuss")


def test_an_error_is_shown_as_it_is_imported() -> None:
    """Which is not where it is written."""
    assert pytest_agentorch.UnknownAgentError.__module__ == "pytest_agentorch"


def test_the_package_alone_is_cheap() -> None:
    """Every pytest imports it."""
    code = (
        "import __future__, sys, typing; before = set(sys.modules); import pytest_agentorch; "
        "print(sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "['pytest_agentorch']"
