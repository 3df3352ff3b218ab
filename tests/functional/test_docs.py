"""The documentation is true: its examples run, and what it lists is what the code has."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from docs import generate
from pytest_agentorch import phase_table, resource_table, role
from pytest_agentorch.model import event
from tests.functional.docs_examples import matches, run_page
from tests.functional.docs_page import FILES, blocks

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
WITH_EXAMPLES = [page for page in PAGES if "```console" in page.read_text("utf-8")]
SOURCES = sorted((ROOT / "pytest_agentorch").rglob("*.py"))

_COMING = {"tests/unit/test_architecture.py"}
"""Named by docs/architecture.md before they are there."""
_SLUG = re.compile(r"\[([a-z]+(?:-[a-z0-9]+)+)\]")
_VARIABLE = re.compile(r"PY[A-Z]+(?:_[A-Z]+)+|PYTHONHASHSEED|[A-Z]+_(?:NUM|MAXIMUM)_THREADS")
_OF_PYTEST = {"PYTEST_CURRENT_TEST", "PYTEST_THEME", "PYTEST_THEME_MODE"}
_LINK = re.compile(r"\]\((?!https?://)([^)#]*)(?:#([^)]*))?\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@pytest.mark.parametrize("page", WITH_EXAMPLES, ids=lambda page: page.stem)
def test_examples_print_what_their_page_shows(page: Path, tmp_path: Path) -> None:
    """Every command of every page is run, and its output and exit code are as shown."""
    run_page(page, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_example_is_run(page: Path) -> None:
    """Blocks that look like files name them in their first line; other words are known ones."""
    for block in blocks(page):
        where = f"{page.name}, line {block.line}"
        assert block.language in ("", "console", "sh", "text", "json", "mermaid", *FILES), where
        assert block.language not in FILES or block.file, f"{where}: name the file in a comment"
        if block.language == "toml":
            tomllib.loads(block.text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    """Links between the pages name files and headings that exist."""
    for file, anchor in _LINK.findall(page.read_text("utf-8")):
        target = (page.parent / file) if file else page
        assert target.exists(), f"{page.name} links to {file}"
        if anchor:
            anchors = {_anchor(title) for title in _HEADING.findall(target.read_text("utf-8"))}
            assert anchor in anchors, f"{page.name} links to {file}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_generated_parts_are_current(page: Path) -> None:
    """`python docs/generate.py` would change nothing."""
    text = page.read_text("utf-8")
    assert generate.renewed(text) == text, "run `python docs/generate.py`"


def test_every_message_is_explained() -> None:
    """The words in brackets in the source are the headings of docs/messages.md, and no others."""
    text = (ROOT / "docs/messages.md").read_text("utf-8")
    explained = re.findall(r"^### `([a-z0-9-]+)`$", text, re.MULTILINE)
    assert sorted(explained) == sorted(set(explained))
    assert set(explained) == set(_slugs())


def test_every_key_is_documented() -> None:
    """Keys of `[tool.agentorch]` and of its phases: those of the code, and no others."""
    page = (ROOT / "docs/configuration.md").read_text("utf-8")
    assert _rows(page, "`[tool.agentorch]`") == set(role.KNOWN_KEYS)
    assert _rows(page, "Phases") == set(phase_table._KEYS)
    assert _rows(page, "Agents") == set(resource_table._AGENT_KEYS)
    assert _rows(page, "Needs") == set(resource_table._RULE_KEYS)


def test_every_variable_is_documented() -> None:
    """Environment variables that the source names, but for what is in pytest's documentation."""
    page = (ROOT / "docs/configuration.md").read_text("utf-8")
    named = {name for text in _strings() for name in [text] if _VARIABLE.fullmatch(name)}
    assert _rows(page, "Environment") == named - _OF_PYTEST


def test_architecture_names_what_exists() -> None:
    """Files and folders that docs/architecture.md names are there; its folders are all of them."""
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    named = set(re.findall(r"`((?:tests|docs|benchmarks|examples)/[\w/.]*)`", page))
    assert {path for path in named if not (ROOT / path).exists()} <= _COMING
    package = ROOT / "pytest_agentorch"
    folders = {path.parent.name for path in package.glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE)) == folders


def test_reproductions_are_there() -> None:
    """The tests that the table of tests/functional/README.md names, in the start modes it names."""
    folder = Path(__file__).parent
    rows = re.findall(
        r"`(test_\w+\.py)::(test_\w+)` \|([\w ]*)\|([\w ]*)\|",
        (folder / "README.md").read_text("utf-8"),
    )
    assert len(rows) == 20
    for file, name, fork, spawn in rows:
        found = re.search(
            rf"((?:^@.*\n)*)^def {name}\(", (folder / file).read_text("utf-8"), re.MULTILINE
        )
        assert found, f"{file}::{name}"
        if (fork.strip(), spawn.strip()) == ("x", "x"):
            assert '"start", ["fork", "spawn"]' in found[1], f"{file}::{name}"


@pytest.mark.parametrize(
    ("expected", "output", "same"),
    [
        ("3 passed in 0.5s", "3 passed in 12.07s", True),
        ("3 passed in 0.5s", "4 passed in 0.5s", False),
        ("==== agents ====", "======== agents ========", True),
        ("a\n...\nz", "a\nb\nc\nz", True),
        ("a\n...\nz", "a\nz", True),
        ("a\n...\nz", "ab\nz", False),
        ("a ... z", "a b c z", True),
        ("a\n...", "b\nc", False),
        ("......", "...F..", False),
        ("agents:  up to 2", "agents: up to 2\n", True),
        ("agents: up to 2", "agents: up to 3", False),
        ("agents: 2, efficiency 62 %", "agents: 1, efficiency 98 %", True),
        ("unit  4  4  0  0  1.21s  0.91s  2", "unit  4  4  0  0  1.21s  1.21s  1", True),
        ("unit  4  4  0  0  1.21s  0.91s  2", "unit  4  3  1  0  1.21s  0.91s  2", False),
    ],
)
def test_outputs_are_compared(expected: str, output: str, *, same: bool) -> None:
    """What may differ differs, and nothing else may."""
    assert matches(expected, output) is same


def _slugs() -> Iterator[str]:
    """The words of errors and incidents: in brackets in a string, or what is called `slug`."""
    for text in _strings():
        yield from _SLUG.findall(text)
    for incident in get_args(event.Incident):
        if isinstance(incident.slug, str):
            yield incident.slug
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name == "slug":
                yield from (_texts(ast.Module(body=node.body[1:], type_ignores=[])))
            elif isinstance(node, ast.keyword) and node.arg == "slug":
                yield from _texts(node.value)


def _strings() -> Iterator[str]:
    for path in SOURCES:
        yield from _texts(ast.parse(path.read_text("utf-8")))


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _rows(page: str, heading: str) -> set[str]:
    """The names in the first column of the tables below a heading."""
    section = re.split(r"^## ", page.partition(f"## {heading}\n")[2], flags=re.MULTILINE)[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))


def _anchor(title: str) -> str:
    """The name by which a heading can be linked to, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
