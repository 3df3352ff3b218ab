"""What a file imports, by its text."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pytest_agentorch
from pytest_agentorch.agent.source_imports import imported_names, loads_by_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import shop", {"shop"}),
        ("import shop.tax as t, json", {"shop.tax", "json"}),
        ("from shop import tax, cart as c", {"shop", "shop.tax", "shop.cart"}),
        ("from shop import *", {"shop"}),
        ("from . import tax", {".", ".tax"}),
        ("from ..lib.deep import x", {"..lib.deep", "..lib.deep.x"}),
        ("from shop import (  # see (1)\n    a,  # one)\n    b,\n)", {"shop", "shop.a", "shop.b"}),
        ("from shop \\\n    import \\\n    tax", {"shop", "shop.tax"}),
        ("def f():\n    import shop.late", {"shop.late"}),
        ("if x: import shop; import cart", {"shop", "cart"}),
        ("from shop import(tax)", {"shop", "shop.tax"}),
        ("patch('shop.tax.tax')", {"shop.tax.tax"}),
        ('serve("shop.wsgi:app")', {"shop.wsgi"}),
        ("pytest.importorskip('shop')", {"shop"}),
        ('"""\n    >>> from shop import (a,\n    ...     b)\n"""', {"shop", "shop.a", "shop.b"}),
        ("important = 1\nreimport(shop)", set()),
    ],
)
def test_names(text: str, expected: set[str]) -> None:
    """Wherever an import stands, and what strings name."""
    assert imported_names(text) == expected


def test_nothing_is_missed_in_real_code() -> None:
    """Compared with what Python's own parser finds."""
    for path in Path(pytest_agentorch.__file__).parent.rglob("*.py"):
        text = path.read_text("utf-8")
        expected = set()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                expected |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                expected |= {f"{node.module}.{alias.name}" for alias in node.names}
        assert expected <= imported_names(text), path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("importlib.import_module(name)", True),
        ("from importlib import import_module\nimport_module('shop')", False),
        ("from importlib import import_module\nimport_module(f'shop.{name}')", True),
        ("pytest.importorskip('numpy')", False),
        ("subprocess.run(['shop'])", True),
        ("exec(file.read_text())", True),
        ("def test(pytester): pass", True),
        ("os.path.join('a')", False),
    ],
)
def test_what_loads_modules_by_name(text: str, *, expected: bool) -> None:
    """Names that are written down are imports like any other."""
    assert loads_by_name(text) is expected
