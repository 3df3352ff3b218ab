"""Where options of pytest stand."""

from __future__ import annotations

import pytest

from pytest_agentorch.migration.region import regions


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pytest -q", [" -q"]),
        ("cd x && .venv/bin/pytest -q | head -n 3; py.test -v", [" -q ", " -v"]),
        ("python -m pytest -q 2>&1", [" -q 2>&1"]),
        ('run = "pytest -q"  # -v', [" -q"]),
        ("bash -c 'pytest -k \"a b\" -q' -v", [' -k "a b" -q']),
        ('pytest -k "a; b" -q', [' -k "a; b" -q']),
        ("{[testenv]x} && pytest {posargs:-q; -v} -x", [" {posargs:-q; -v} -x"]),
        ("(pytest -q) -v", [" -q"]),
        ("pytest \\\n  -q\n  -v\nls -l", [" \\\n  -q\n  -v"]),
        ("run: >-\n  pytest\n  -q\n  tests\n  -v", ["\n  -q"]),
        ("- pytest -q\n- -v", [" -q"]),
        ('run("pytest", "-q", str(1), *args) + "-v"', ['", "-q", str(1), *args']),
        ('["pytest", "-k", "a]", "-q"], "-v"', ['", "-k", "a]", "-q"']),
        ("# pytest -q", []),
        ("pip install pytest -q", []),
        ("docker build -t pytest -q .", []),
        ("pytest-xdist -q", []),
        ("addopts = -q\n", ["-q"]),
        ("addopts =\n    -q\n    # x\n\n    -v\nx = -z", ["\n    -q\n    # x\n\n    -v"]),
        ("addopts = '-q' # -v", ["'-q"]),
        ('addopts = """\n-q\n-v"""\n', ['"""\n-q\n-v']),
        ('addopts = [\n  "-q", # ]\n  "]",\n]\n-v', ['[\n  "-q", # ]\n  "]",\n']),
        ("  PYTEST_ADDOPTS: -q\n  x: -v", ["-q"]),
        ("export PYTEST_ADDOPTS='-q'\n", ["'-q"]),
        ("PYTEST_ARGS ?= -q \\\n  -v\n", ["-q \\\n  -v"]),
        ("PYTEST_CMD = pytest -q", ["pytest -q"]),
    ],
)
def test_regions_are_found(text: str, found: list[str]) -> None:
    """In shells, YAML, TOML, ini files, Makefiles and lists of words."""
    assert [text[one.start : one.end] for one in regions(text)] == found


def test_configuration_is_known() -> None:
    """What holds for all runs is told apart from one command."""
    found = regions("addopts = -q\nPYTEST_ADDOPTS = -v\npytest -x\n")
    assert [one.is_configuration for one in found] == [True, False, False]
