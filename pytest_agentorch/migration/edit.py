"""Edits of a text: what stands between two places is replaced, and all else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pytest_agentorch.model.frozen import Frozen

_ELEMENT_BEFORE = re.compile(r"[\[(,]\s*(?:#[^\n]*\n\s*)*[\"']\Z|^[ \t]*- [\"']\Z", re.MULTILINE)
_BETWEEN = re.compile(r"""["']\s*,\s*["']|[ \t]+""")
_COMMENT = re.compile(r"(?:^|\s)#|^\s*;")


class Edit(Frozen):
    """What stands between `start` and `end` becomes `new`."""

    start: int
    end: int
    new: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return a text after edits that do not overlap."""
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.new + text[edit.end :]
    return text


def removals(text: str, spans: Iterable[tuple[int, int]]) -> list[Edit]:
    """Return the edits that take out some words, and what only held them in their place.

    That is a space before them, the comma of an element of a list, or a line of their own.
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and _BETWEEN.fullmatch(text, joined[-1][1], start):
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return [_removal(text, start, end) for start, end in joined]


def _removal(text: str, start: int, end: int) -> Edit:
    element = is_element(text, start, end)
    if element:
        start, end = _with_comma(text, start - 1, end + 1)
    line_start = text.rfind("\n", 0, start) + 1
    rest = re.compile(r"[ \t]*\\?[ \t]*(?:\r?\n|\Z)").match(text, end)
    if rest is None or text[line_start:start].strip():
        return Edit(start=start, end=end, new="") if element else _with_space(text, start, end)
    before = re.compile(r"[ \t]*\\[ \t]*\r?\n[ \t]*\Z").search(text, 0, start)
    if before is not None and "\\" not in rest[0]:
        # The line before must not go on with nothing.
        return Edit(start=before.start(), end=end, new="")
    return Edit(start=line_start, end=rest.end(), new="")


def is_element(text: str, start: int, end: int) -> bool:
    """Whether what is between two places is a quoted element of a list, without its quotes.

    Or several, the first and the last of which need not have the same quotes.
    """
    quoted = all(text[place : place + 1] in ("'", '"') for place in (start - 1, end))
    return quoted and _ELEMENT_BEFORE.search(text, max(0, start - 200), start) is not None


def line_of(text: str, offset: int) -> int:
    """The number of the line in which a place is, from 1."""
    return text.count("\n", 0, offset) + 1


def is_comment(text: str, offset: int) -> bool:
    """Whether a place is behind the sign of a comment in its line."""
    line_start = text.rfind("\n", 0, offset) + 1
    return _COMMENT.search(text[line_start:offset]) is not None


def _with_comma(text: str, start: int, end: int) -> tuple[int, int]:
    after = re.compile(r"\s*,[ \t]*").match(text, end)
    if after is not None:
        return start, after.end()
    before = re.compile(r",\s*\Z").search(text, 0, start)
    return (start if before is None else before.start()), end


def _with_space(text: str, start: int, end: int) -> Edit:
    before = re.compile(r"[ \t]+\Z").search(text, 0, start)
    if before is not None:
        return Edit(start=before.start(), end=end, new="")
    after = re.compile(r"[ \t]*").match(text, end)
    return Edit(start=start, end=end if after is None else after.end(), new="")
