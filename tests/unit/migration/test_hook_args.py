"""Arguments of pytest in the configuration of pre-commit."""

from __future__ import annotations

import pytest

from pytest_agentorch.migration.edit import edited
from pytest_agentorch.migration.hook_args import hook_args

HOOKS = """\
repos:
- repo: local
  hooks:
  - id: tests
    {before}
    language: system
    {after}
    pass_filenames: false
  - id: other
    entry: lint
    args: [-n, "4"]
"""


def translated(text: str) -> str:
    """The text with the arguments of this project."""
    return edited(text, [edit for one in hook_args(text) for edit in one.translated(text).edits])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('args: [-n, "4"]', "args: [--agents=4]"),
        ("args: ['-n', '4', -q]", "args: [--agents=4, -q]"),
        ('args: ["-n4", "-k", "a or b"]', 'args: [--agents=4, "-k", "a or b"]'),
        ("args: [-q, -n, auto, --dist, load]  # all", "args: [-q, --agents=auto]  # all"),
        ("args: [-n,\n      auto,\n      tests,\n    ]", "args: [--agents=auto, tests]"),
        ("args: [--dist=load]", "args: []"),
        (
            'args:\n      - -n\n      - "4"\n      - --dist=loadfile\n      - -q',
            "args:\n      - --agents=4\n      - --agents-dist=file\n      - -q",
        ),
        ("args:\n    - -n\n    - logical", "args:\n    - --agents=logical"),
    ],
)
@pytest.mark.parametrize("entry", ["entry: pytest", "entry: poetry run pytest -q"])
def test_a_list_is_written_anew(entry: str, before: str, after: str) -> None:
    """In brackets or below each other, before the command or behind it; words stay as spelt."""
    for first in (True, False):
        old = (before, entry) if first else (entry, before)
        new = (after, entry) if first else (entry, after)
        text = HOOKS.format(before=old[0], after=old[1])
        assert translated(text) == HOOKS.format(before=new[0], after=new[1])


def test_a_hook_of_another_repository() -> None:
    """It has no command there, and is known by its name."""
    assert translated("- hooks:\n  - id: pytest\n    args: [-n2]\n").endswith("[--agents=2]\n")


@pytest.mark.parametrize(
    "text",
    [
        "- id: tests\n  entry: lint pytest-x\n  args: [-n, 4]\n",
        "- id: tests\n  entry: pytest\n- id: pylint\n  args: [-n, 4]\n",
        "- id: tests\n  entry: pytest\n  args: [-q, -x]\n",
        "- id: tests\n  entry: pytest\n  args: -n 4\n",
        "- id: tests\n  entry: pytest\n  args:\n    - -n # why\n    - 4\n",
        "args: [-n, 4]\nentry: pytest\n",
    ],
)
def test_others_are_left_alone(text: str) -> None:
    """Hooks of other programs, what has nothing of xdist, and what is no plain list."""
    assert translated(text) == text


def test_what_is_said_names_the_line() -> None:
    """Of the list, in the file; what only xdist can do is left to it."""
    text = HOOKS.format(before="entry: pytest", after="args: [--maxschedchunk, 3, --tx, ssh=x]")
    (found,) = hook_args(text)
    told = found.translated(text)
    assert told.is_left
    assert [note.line for note in told.notes] == [7]
    assert not told.edits
