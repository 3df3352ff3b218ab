"""Our own modules are imported past pytest's import hook."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec

import pytest

from pytest_agentorch.system.own_imports import quick


class Hook:
    """Remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Find nothing."""
        self.asked.append(name)
        return None


def test_nobody_else_is_asked_for_our_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """But for all others, and afterwards everything is as before."""
    hook = Hook()
    monkeypatch.setattr(sys, "meta_path", [hook, *sys.meta_path])
    before = [*sys.meta_path]
    ours, others = "pytest_agentorch.no_module", "pytest_agentorch_other"
    monkeypatch.delitem(sys.modules, "pytest_agentorch.agents_asked", raising=False)
    with quick():
        found = find_spec("pytest_agentorch.agents_asked")
        assert find_spec(others) is None
    assert found is not None
    assert found.origin is not None
    assert hook.asked == [others]
    assert sys.meta_path == before
    assert find_spec(ours) is None
    assert hook.asked == [others, ours]


def test_a_hook_that_comes_meanwhile_stays() -> None:
    """And one that removes all others does no harm."""
    before, hook = [*sys.meta_path], Hook()
    with quick():
        sys.meta_path.insert(0, hook)
    try:
        assert sys.meta_path == [hook, *before]
    finally:
        sys.meta_path[:] = before
    with quick():
        sys.meta_path[:] = before
    assert sys.meta_path == before
