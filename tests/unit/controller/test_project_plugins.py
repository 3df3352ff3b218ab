"""Whether code that is measured runs in the controller while agents run tests."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from types import ModuleType

import pytest

from pytest_agentorch.controller import quiet_report
from pytest_agentorch.controller.project_plugins import none_is_called

CALLED, ELSEWHERE = "pytest_runtest_logreport", "pytest_configure"


def plugin(name: str, file: Path | None, hook: str = CALLED) -> ModuleType:
    """A module with a hook."""
    found = ModuleType(name)
    if file is not None:
        found.__file__ = str(file)
    setattr(found, hook, lambda: None)
    return found


def none_of(*plugins: object, sources: Collection[str] = ()) -> bool:
    """Ask of these, beside pytest's own manager."""
    manager = pytest.PytestPluginManager()
    for one in plugins:
        manager.register(one)
    return none_is_called(manager, sources)


@pytest.mark.parametrize("sources", [(), ("shop",), ("src",), ("shop.stock", "/nowhere")])
def test_installed_packages_are_not_measured(sources: tuple[str, ...]) -> None:
    """Nor those of Python, nor this one where it is known what is measured."""
    library = plugin("json", Path(sys.modules["json"].__file__ or ""))
    ours = plugin("ours", Path(quiet_report.__file__))
    assert none_of(library, plugin("other", Path(pytest.__file__)), sources=sources)
    assert none_of(ours, sources=sources) is bool(sources)


@pytest.mark.parametrize("sources", [(), ("shop",)])
def test_a_conftest_may_call_what_is_measured(tmp_path: Path, sources: tuple[str, ...]) -> None:
    """If it has a hook that is called between tests; so may what has no file."""
    path = tmp_path / "conftest.py"
    assert not none_of(plugin("conftest", path), sources=sources)
    assert none_of(plugin("conftest", path, ELSEWHERE), sources=sources)
    assert not none_of(plugin("made", None), sources=sources)
    hooks = {"__module__": "there_is_no_such_module", CALLED: lambda _self: None}
    assert not none_of(type("Kind", (), hooks)(), sources=sources)


def test_what_is_installed_may_be_what_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its package, or by a folder above it."""
    folder = tmp_path / "venv" / "site-packages"
    one = plugin("shop.plugin", folder / "shop" / "plugin.py")
    assert none_of(one, sources=["other"])
    assert not none_of(one, sources=["shop"])
    assert not none_of(one, sources=["shop.stock"])
    assert not none_of(one, sources=[str(folder / "shop")])
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert not none_of(one, sources=["./shop"])


def test_an_object_is_of_the_module_of_its_class(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever it was made."""
    monkeypatch.setitem(sys.modules, "there", plugin("there", Path(pytest.__file__)))
    assert none_of(type("Kind", (), {"__module__": "there", CALLED: lambda _self: None})())
