"""Patches: what was changed in files, in a form that people, git and this command can read."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from pytest_agentorch.model.frozen import Frozen

_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_HUNK = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_NO_NEWLINE = "\\ No newline at end of file\n"


class Hunk(Frozen):
    """Some lines before and after, and the line where those after begin, from 1."""

    line: int
    before: tuple[str, ...]
    after: tuple[str, ...]


class FilePatch(Frozen):
    """What was changed in one file."""

    path: str
    hunks: tuple[Hunk, ...]


def patch_text(path: str, before: str, after: str) -> str:
    """Write the change of one file as a unified diff."""
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def changed_lines(before: str, after: str) -> Iterator[tuple[int, list[str], list[str]]]:
    """Return the lines that differ: the number of the first before, those before, those after."""
    old, new = _lines(before), _lines(after)
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, False).get_opcodes():
        if tag != "equal":
            yield i1 + 1, old[i1:i2], new[j1:j2]


def read_patch(text: str) -> list[FilePatch]:
    """Read what `patch_text` has written, for any number of files.

    Raises:
        ValueError: it is something else.
    """
    files: list[tuple[str, list[Hunk]]] = []
    lines = iter(_with_their_ends(text))
    for line in lines:
        hunk = _HUNK.match(line)
        if hunk is not None and files:
            before, after = (int(hunk[group] or 1) for group in (1, 3))
            files[-1][1].append(_hunk(int(hunk[2]), lines, before, after))
        elif line.startswith("+++ b/"):
            files.append((line.removeprefix("+++ b/").rstrip("\r\n"), []))
        elif not line.startswith("--- a/"):
            raise ValueError(line)
    return [FilePatch(path=path, hunks=tuple(hunks)) for path, hunks in files]


def taken_back(text: str, hunks: tuple[Hunk, ...]) -> str | None:
    """Return a text without the changes of a patch; None if it has changed there since.

    What is as it was before is left alone; what is elsewhere in the file may have changed.
    """
    lines = _lines(text)
    for hunk in reversed(hunks):
        place = _find(lines, hunk.after, hunk.line - 1)
        if place is not None:
            lines[place : place + len(hunk.after)] = hunk.before
        elif _find(lines, hunk.before, hunk.line - 1) is None:
            return None
    return "".join(lines)


def _find(lines: list[str], block: tuple[str, ...], near: int) -> int | None:
    """Where a block of lines is; the place that is nearest to where it was."""
    places = [
        place
        for place in range(len(lines) - len(block) + 1)
        if tuple(lines[place : place + len(block)]) == block
    ]
    return min(places, key=lambda place: abs(place - near), default=None)


def _with_their_ends(text: str) -> list[str]:
    """The lines of a patch; behind one that has no end in its file stands a mark."""
    lines: list[str] = []
    for line in _lines(text):
        if line == _NO_NEWLINE and lines:
            lines[-1] = lines[-1].removesuffix("\n")
        else:
            lines.append(line)
    return lines


def _hunk(first: int, lines: Iterator[str], before: int, after: int) -> Hunk:
    """Take a hunk with so many lines before and after from the lines of a patch."""
    sides: dict[str, list[str]] = {"-": [], "+": []}
    while len(sides["-"]) < before or len(sides["+"]) < after:
        line = next(lines, "")
        if line[:1] not in ("-", "+", " "):
            raise ValueError(line)
        for sign in line[0] if line[0] != " " else "-+":
            sides[sign].append(line[1:])
    return Hunk(line=first, before=tuple(sides["-"]), after=tuple(sides["+"]))


def _lines(text: str) -> list[str]:
    """The lines of a text as git sees them, each with its end."""
    return _LINE.findall(text)
