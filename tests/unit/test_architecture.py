"""The folders of the package: who may import whom, what stays pure, and how large things get."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pytest_agentorch

PACKAGE = Path(pytest_agentorch.__file__).parent
UNIT_TESTS = Path(__file__).parent
NAME = PACKAGE.name
MODULES = sorted(PACKAGE.rglob("*.py"))

# A folder may import from itself and from every floor below its own.
FLOORS = (
    ("",),
    ("controller", "agent", "migration"),
    ("reporting", "storage", "protocol"),
    ("system",),
    ("results",),
    ("orchestration",),
    ("model",),
)
EXCEPTIONS = {
    # The controller ships `agent.boot` to a new process; it does not call it.
    ("controller/gateway.py", "agent"),
    # What a process is called, and what it stands in for, is known to both roles.
    ("agent/plugin.py", "role"),
    ("agent/plugin.py", "xdist_marks"),
}
PURE = ("orchestration", "results", "model")
IMPURE = {
    *("pytest", "_pytest", "pluggy", "execnet", "psutil", "coverage", "filelock"),
    *("threading", "multiprocessing", "subprocess", "asyncio", "queue", "socket"),
    *("os", "sys", "time", "datetime", "random", "secrets", "uuid", "tempfile"),
    *("io", "pathlib", "shutil", "logging", "print", "open", "input"),
}
# Paths are data in settings.
ALLOWED = {("model", "pathlib")}
LONGEST_FILE, LONGEST_FUNCTION = 300, 40
TESTED = ("orchestration", "results", "model", "protocol")


def floor_of(folder: str) -> int:
    """The floor of a folder, 0 at the top; what is in no folder is there."""
    return next(level for level, names in enumerate(FLOORS) if folder in names)


def imports_of(tree: ast.AST) -> Iterator[str]:
    """The modules that are imported, wherever that is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            yield str(node.module)
            # `from package import module` is an import of the module, too.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong_imports(module: str, source: str) -> list[str]:
    """What a module imports from beside or above its folder."""
    home = module.rpartition("/")[0]
    return [name for name in imports_of(ast.parse(source)) if not may_import(module, home, name)]


def may_import(module: str, home: str, name: str) -> bool:
    """Whether a module of a folder may import what is called so."""
    first = name.removeprefix(f"{NAME}.").split(".")[0]
    is_folder, is_root = (PACKAGE / first).is_dir(), (PACKAGE / f"{first}.py").is_file()
    if not name.startswith(f"{NAME}.") or not (is_folder or is_root):
        return True
    folder = first if is_folder else ""
    below = floor_of(folder) > floor_of(home)
    return folder == home or below or (module, first) in EXCEPTIONS


def impurities(module: str, source: str) -> list[str]:
    """What a pure module must not know."""
    tree, folder = ast.parse(source), module.partition("/")[0]
    known = {name.partition(".")[0] for name in imports_of(tree)}
    known |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & {
        *("print", "open", "input")
    }
    return sorted(n for n in known & IMPURE if (folder, n) not in ALLOWED)


def too_long(source: str) -> list[str]:
    """The functions that are too long, and the file if it is."""
    functions = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    lines = len(source.splitlines())
    return functions + ([f"the file: {lines} lines"] if lines > LONGEST_FILE else [])


def relative(path: Path) -> str:
    """The name of a module's file inside the package."""
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_lead_downwards_and_nothing_is_too_long(path: Path) -> None:
    """Agent and controller never know each other; a long file has a noun in it that wants out."""
    source = path.read_text(encoding="utf-8")
    assert wrong_imports(relative(path), source) == []
    assert too_long(source) == []


@pytest.mark.parametrize("folder", PURE)
def test_decisions_know_no_world_outside(folder: str) -> None:
    """No pytest, no execnet, no thread, no file, no clock, no randomness."""
    for path in (PACKAGE / folder).rglob("*.py"):
        assert impurities(relative(path), path.read_text(encoding="utf-8")) == [], path.name


@pytest.mark.parametrize("folder", TESTED)
def test_each_module_has_its_test_file(folder: str) -> None:
    """So that it is known where to look, and where to write."""
    for path in (PACKAGE / folder).glob("*.py"):
        if path.name != "__init__.py":
            assert (UNIT_TESTS / folder / f"test_{path.name}").is_file(), path.name


def test_every_folder_has_its_floor() -> None:
    """A new one is to be given a place."""
    folders = {path.parent.name for path in MODULES if path.parent != PACKAGE}
    assert folders == {name for names in FLOORS for name in names} - {""}


@pytest.mark.parametrize(
    ("module", "line", "wrong"),
    [
        ("orchestration/a.py", "import pytest_agentorch.controller.loop", True),
        ("orchestration/a.py", "from pytest_agentorch import controller", True),
        ("orchestration/a.py", "from pytest_agentorch.results.tally import Tally", True),
        ("results/a.py", "from pytest_agentorch.orchestration.ledger import Ledger", False),
        ("orchestration/a.py", "from pytest_agentorch.model.ids import RunId", False),
        ("orchestration/a.py", "from pytest_agentorch.orchestration.hand import Hand", False),
        ("agent/a.py", "from pytest_agentorch.controller import loop", True),
        ("controller/a.py", "from pytest_agentorch.agent import boot", True),
        ("controller/gateway.py", "from pytest_agentorch.agent import boot", False),
        ("controller/a.py", "def f():\n    from pytest_agentorch.agent import boot", True),
        ("controller/a.py", "from pytest_agentorch.reporting.bus import EventBus", False),
        ("controller/a.py", "from pytest_agentorch.role import AGENT_PLUGIN", True),
        ("plugin.py", "from pytest_agentorch.role import AGENT_PLUGIN", False),
        ("plugin.py", "from pytest_agentorch.controller import controller", False),
        ("model/a.py", "import json", False),
    ],
)
def test_a_wrong_import_is_found(module: str, line: str, wrong: bool) -> None:
    """The check can fail."""
    assert bool(wrong_imports(module, line)) is wrong


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("orchestration/a.py", "import time", ["time"]),
        ("orchestration/a.py", "from os.path import join", ["os"]),
        ("results/a.py", "def f():\n    import random", ["random"]),
        ("results/a.py", "print(open('x'))", ["open", "print"]),
        ("results/a.py", "from pathlib import Path", ["pathlib"]),
        ("model/a.py", "from pathlib import Path", []),
        ("model/a.py", "import enum", []),
    ],
)
def test_an_impure_module_is_found(module: str, line: str, found: list[str]) -> None:
    """The check can fail."""
    assert impurities(module, line) == found


def test_what_is_too_long_is_found() -> None:
    """The check can fail."""
    body = "    pass\n" * LONGEST_FUNCTION
    assert too_long(f"def f():\n{body}") == ["f: 41 lines"]
    assert too_long("x = 1\n" * 301) == ["the file: 301 lines"]
    assert too_long("def f():\n    pass\n") == []
