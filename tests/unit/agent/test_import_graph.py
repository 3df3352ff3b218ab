"""What a file of the project imports, and what that imports."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from pytest_agentorch.agent.import_graph import ImportGraph
from pytest_agentorch.agent.project_files import ProjectFiles

FILES = {
    "shop/__init__.py": "",
    "shop/tax.py": "from shop import rates",
    "shop/rates.py": "def late():\n    from .deep import table",
    "shop/deep/__init__.py": "from .. import base",
    "shop/deep/table.py": "import json, pytest",
    "shop/base.py": "from shop.tax import tax",
    "shop/unused.py": "",
    "space/part/one.py": "from space.part import two",
    "space/part/two.py": "from ...... import nothing",
    "loads.py": "import importlib\nimportlib.import_module(name)",
    "strings.py": "patch('shop.unused.value')",
    "gone.py": "import shop.nothing, nowhere.at.all",
}


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImportGraph:
    """A project of which nothing is loaded."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return ImportGraph(ProjectFiles(tmp_path, time.time() + 10))


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("shop/deep/table.py", {"shop/deep/table.py", "shop/deep", "shop/base.py", *("TAX",)}),
        ("shop/tax.py", {"TAX", "shop/deep/table.py", "shop/deep", "shop/base.py"}),
        ("space/part/one.py", {"space/part/one.py", "space/part/two.py"}),
        ("strings.py", {"strings.py", "shop", "shop/unused.py"}),
        ("gone.py", {"gone.py", "shop"}),
        ("missing.py", set()),
    ],
)
def test_reach(graph: ImportGraph, tmp_path: Path, root: str, expected: set[str]) -> None:
    """Also of packages, circles, functions and namespaces; nothing that is installed."""
    if "TAX" in expected:
        expected = expected - {"TAX"} | {"shop", "shop/tax.py", "shop/rates.py"}
    found = {Path(file).relative_to(tmp_path) for file in graph.reach([str(tmp_path / root)])}
    names = {str(p.parent if p.name == "__init__.py" else p).replace("\\", "/") for p in found}
    assert names == expected
    assert not any(name.startswith("shop") for name in sys.modules), "nothing is loaded for that"


def test_who_loads_by_name(graph: ImportGraph, tmp_path: Path) -> None:
    """And what is no Python loads nothing."""
    assert graph.loads_by_name(str(tmp_path / "loads.py"))
    assert not graph.loads_by_name(str(tmp_path / "strings.py"))
    assert not graph.loads_by_name(str(tmp_path / "table.csv"))


def test_variables_that_are_asked_for(graph: ImportGraph, tmp_path: Path) -> None:
    """In any of some files, and set in none."""
    (tmp_path / "one.py").write_text("os.environ['A'], os.environ['B'], import one", "utf-8")
    (tmp_path / "two.py").write_text("os.getenv('C')\nos.environ.setdefault('B', '')", "utf-8")
    files = [str(tmp_path / name) for name in ("one.py", "two.py", "table.csv")]
    assert graph.variables(files) == {"A", "C"}
    assert graph.variables([]) == set()


def test_what_is_loaded_is_where_it_was_found(
    graph: ImportGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the path says by now."""
    (tmp_path / "user.py").write_text("import helper", "utf-8")
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "helper.py").write_text("", "utf-8")
    with monkeypatch.context() as patch:
        patch.syspath_prepend(folder)
        __import__("helper")
    try:
        assert str(folder / "helper.py") in graph.reach([str(tmp_path / "user.py")])
    finally:
        del sys.modules["helper"]


def test_what_is_written_later_has_no_digest(tmp_path: Path) -> None:
    """It may be other than what was imported."""
    file = tmp_path / "new.py"
    file.write_text("", "utf-8")
    files = ProjectFiles(tmp_path, time.time() + 10)
    assert files.digest([str(file)])
    assert files.digest([str(file), str(tmp_path / "none.py")]) is None
    assert ProjectFiles(tmp_path, 0.0).digest([str(file)]) is None


def test_what_has_changed_since_is_found(tmp_path: Path) -> None:
    """If it has a digest; of what was new already nobody counts on anything."""
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    old.write_text("", "utf-8")
    began = old.stat().st_mtime + 1000
    files = ProjectFiles(tmp_path, began)
    new.write_text("", "utf-8")
    os.utime(new, (began, began))
    assert files.digest([str(old)])
    assert files.digest([str(new)]) is None
    assert files.are_as_they_were()
    os.utime(old, (began, began))
    assert not files.are_as_they_were()
    old.unlink()
    assert not files.are_as_they_were()


def test_whose_files_are_the_projects(tmp_path: Path) -> None:
    """Not Python's, not those of installed packages, not this package."""
    files = ProjectFiles(tmp_path, 0.0)
    installed = tmp_path / "venv/lib/site-packages/other.py"
    installed.parent.mkdir(parents=True)
    installed.touch()
    (tmp_path / "own.py").touch()
    assert files.has(str(tmp_path / "own.py"))
    others = (installed, time.__spec__.origin, pytest.__file__, ImportGraph.__module__, "own.py")
    assert not any(files.has(str(other)) for other in others)
    import json

    import pytest_agentorch

    assert not files.has(json.__file__)
    assert not files.has(str(pytest_agentorch.__file__))
