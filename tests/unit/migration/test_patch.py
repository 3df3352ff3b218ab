"""Patches: what was changed can be taken back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_agentorch.migration.patch import changed_lines, patch_text, read_patch, taken_back

LINES = st.lists(st.sampled_from(["a\n", "b\n", "-- a/x\n", "++ b/x\n", "@@\n", "\r\n", " \n"]))
TEXTS = st.builds(lambda lines, end: "".join(lines) + end, LINES, st.sampled_from(["", "z"]))


@given(before=TEXTS, after=TEXTS)
def test_what_was_changed_is_taken_back(before: str, after: str) -> None:
    """Whatever is in the files, and however they end."""
    text = patch_text("x/y.ini", before, after) + patch_text("z.cfg", after, before)
    if before == after:
        assert text == ""
        return
    first, second = read_patch(text)
    assert (first.path, second.path) == ("x/y.ini", "z.cfg")
    assert taken_back(after, first.hunks) == before
    assert taken_back(before, second.hunks) == after


def test_what_is_as_before_is_left_alone() -> None:
    """Somebody has taken it back by other means."""
    (patch,) = read_patch(patch_text("x", "a\nb\n", "a\nc\n"))
    assert taken_back("a\nb\n", patch.hunks) == "a\nb\n"


def test_other_changes_of_a_file_are_kept() -> None:
    """Only what is around the place must be as it was."""
    lines = [f"{number}\n" for number in range(20)]
    after = [*lines[:10], "x\n", *lines[11:]]
    (patch,) = read_patch(patch_text("x", "".join(lines), "".join(after)))
    assert taken_back("".join(["new\n", *after]), patch.hunks) == "".join(["new\n", *lines])
    after[9] = "changed\n"
    assert taken_back("".join(after), patch.hunks) is None


def test_something_else_is_no_patch() -> None:
    """It is refused before anything is written."""
    with pytest.raises(ValueError, match="hello"):
        read_patch("hello\n")


def test_changed_lines_have_their_numbers() -> None:
    """Those of the file before."""
    assert list(changed_lines("a\nb\nc\n", "a\nB\nc\nd\n")) == [
        (2, ["b\n"], ["B\n"]),
        (4, [], ["d\n"]),
    ]
