"""What conftests and tests use of xdist: most of it stays, and some of it has no effect."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_agentorch.migration.note import Kind, Note

WORDS = (
    *("xdist", "XDIST", "worker", "testrun_uid", "slave", "testnode", "configure_node"),
    *("handlecrashitem", "pytest.mark", '"-n', "'-n", "--numprocesses", "--dist"),
)
"""A file in which none of them stands has nothing that is looked for here."""

_NOT_CALLED = {
    "pytest_xdist_make_scheduler": "the scheduler cannot be replaced; --agents-dist chooses one",
    "pytest_xdist_getremotemodule": "nothing calls it",
    "pytest_xdist_rsyncstart": "nothing calls it: no file is copied",
    "pytest_xdist_rsyncfinish": "nothing calls it: no file is copied",
}
_CALLED = {
    *("pytest_configure_node", "pytest_testnodeready", "pytest_testnodedown"),
    *("pytest_xdist_node_collection_finished", "pytest_xdist_auto_num_workers"),
    *("pytest_handlecrashitem", "pytest_xdist_setupnodes", "pytest_xdist_newgateway"),
}
_NAMES = {"workerinput", "workeroutput", "worker_id", "testrun_uid"}
_GONE = {"slaveinput", "slaveoutput"}
_MARKS = {
    "needs": "with agents it says what a test must have to run",
    "exclusive": "with agents nothing else runs beside such a test",
    "serial": "with agents no other such test runs beside it",
}
_UNCHANGED = "works as with xdist"


def uses(source: str) -> list[Note]:
    """Note what a Python file uses.

    Raises:
        SyntaxError: it is no Python.
    """
    tree = ast.parse(source)
    return [note for node in ast.walk(tree) for note in _notes(node)]


def needs_xdist(source: str) -> list[int]:
    """Return the lines without which a file would not work if xdist were not installed.

    Raises:
        SyntaxError: it is no Python.
    """
    tree = ast.parse(source)
    tried = {node for each in ast.walk(tree) if isinstance(each, ast.Try) for node in each.body}
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node not in tried and _is_bound_to_xdist(node)
    )


def _is_bound_to_xdist(node: ast.stmt) -> bool:
    return any(name.partition(".")[0] == "xdist" for name in _imported(node))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []


def _notes(node: ast.AST) -> Iterator[Note]:
    match node:
        case ast.FunctionDef(name=name) if name in _NOT_CALLED:
            yield _note(node, Kind.LOST, name, _NOT_CALLED[name])
        case ast.FunctionDef(name=name) if name in _CALLED:
            yield _note(node, Kind.STAYS, name, _UNCHANGED)
        case ast.arg(arg=name) | ast.Attribute(attr=name) if name in _NAMES:
            yield _note(node, Kind.STAYS, name, _UNCHANGED)
        case ast.Constant(value=str(name)) if name in _NAMES or name.startswith("PYTEST_XDIST_"):
            yield _note(node, Kind.STAYS, name, _UNCHANGED)
        case ast.Constant(value=str(name)) | ast.Attribute(attr=name) if name in _GONE:
            why = f"of xdist 1: write {name.replace('slave', 'worker')}"
            yield _note(node, Kind.BY_HAND, name, why)
        case ast.Attribute(value=ast.Attribute(attr="mark"), attr="xdist_group"):
            yield _note(node, Kind.STAYS, "xdist_group", _UNCHANGED)
        case ast.Attribute(value=ast.Attribute(attr="mark"), attr=name) if name in _MARKS:
            yield _note(node, Kind.RISK, f"pytest.mark.{name}", _MARKS[name])
        case ast.Import() | ast.ImportFrom() if _imports_scheduler(node):
            yield _note(node, Kind.LOST, "xdist.scheduler", "the scheduler cannot be replaced")
        case _:
            pass


def _imports_scheduler(node: ast.AST) -> bool:
    return any(name.startswith("xdist.scheduler") for name in _imported(node))


def _note(node: ast.AST, kind: Kind, what: str, why: str) -> Note:
    return Note(kind=kind, line=getattr(node, "lineno", 1), what=what, why=why)
