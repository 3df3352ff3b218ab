"""What conftests and tests use of xdist."""

from __future__ import annotations

import pytest

from pytest_agentorch.hookspecs import XdistHooks
from pytest_agentorch.migration.note import Kind
from pytest_agentorch.migration.python_file import WORDS, needs_xdist, uses


@pytest.mark.parametrize(
    "source",
    [
        *("def f(worker_id): pass", "def f(testrun_uid): pass", "x.workerinput['workerid']"),
        *("hasattr(x, 'workeroutput')", "os.environ['PYTEST_XDIST_WORKER']"),
        "pytest.mark.xdist_group('a')",
        *(f"def {hook}(): pass" for hook in vars(XdistHooks) if hook.startswith("pytest_")),
    ],
)
def test_what_works_unchanged_is_told(source: str) -> None:
    """All hooks that are called, and all names that suites look for."""
    assert [note.kind for note in uses(source)] == [Kind.STAYS]
    assert any(word in source for word in WORDS)
    assert needs_xdist(source) == []


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("def pytest_xdist_make_scheduler(): pass", Kind.LOST),
        ("from xdist.scheduler import LoadScheduling", Kind.LOST),
        ("config.slaveinput", Kind.BY_HAND),
        ("@pytest.mark.serial\ndef test(): pass", Kind.RISK),
        ("pytestmark = pytest.mark.needs('x')", Kind.RISK),
    ],
)
def test_what_is_otherwise_is_told(source: str, kind: Kind) -> None:
    """Each once, with its line."""
    assert [(note.kind, note.line) for note in uses(source)] == [(kind, 1)]
    assert any(word in source for word in WORDS)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("\nimport xdist", [2]),
        ("def f():\n    from xdist import is_xdist_worker", [2]),
        ("try:\n    import xdist\nexcept ImportError: pass", []),
        ("import xdistribute", []),
        ("def pytest_xdist_make_scheduler(): pass", []),
    ],
)
def test_what_goes_on_needing_xdist_is_known(source: str, lines: list[int]) -> None:
    """It would not even be imported without."""
    assert needs_xdist(source) == lines
