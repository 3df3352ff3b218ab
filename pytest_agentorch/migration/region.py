"""Regions: the parts of a text that hold options of pytest, in whatever kind of file.

They are values of `addopts` and of variables that are named like that, and what stands behind the
word `pytest` in a command or in a list of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pytest_agentorch.migration.edit import is_comment
from pytest_agentorch.model.frozen import Frozen

_ASSIGNMENT = re.compile(
    r"""^(?P<indent>[ \t]*)(?:-[ ]+)?(?:export[ ]|ENV[ ]|set[ ])?["']?
    (?P<name>addopts|\w*(?:PYTEST|ADDOPTS)\w*)["']?[ \t]*[:?+]?[=:][ \t]*""",
    re.MULTILINE | re.VERBOSE,
)
_COMMAND = re.compile(
    r"(?:(?<![\w.-])(?:py\.test|pytest)|\$(?:PYTEST|\(PYTEST\)|\{PYTEST\}))(?![\w.=\-/\[<>~!:])"
)
_NO_COMMAND = re.compile(r"(?:\b(?:install|add|import|from)\b|-t|--tag)\s[^;&|]*\Z")
_LIST = re.compile(r"""["']\s*,""")
_OPTION_LINE = re.compile(r"\r?\n[ \t]*-{1,2}[A-Za-z]")
_PAIRS = {"(": ")", "[": "]", "{": "}"}


class Region(Frozen):
    """A part of a text.

    Attributes:
        start: where it begins.
        end: behind its last character.
        is_configuration: whether it is the value of `addopts`.
    """

    start: int
    end: int
    is_configuration: bool = False


def regions(text: str) -> list[Region]:
    """Return the regions of a text, in order; none is part of another."""
    found: list[Region] = []
    for region in sorted([*_assigned(text), *_commanded(text)], key=lambda one: one.start):
        if not found or region.start >= found[-1].end:
            found.append(region)
    return found


def names_pytest(command: str) -> bool:
    """Whether a command is one of pytest."""
    return _COMMAND.search(command) is not None


def _assigned(text: str) -> Iterator[Region]:
    for match in _ASSIGNMENT.finditer(text):
        if not is_comment(text, match.start("name")):
            end = _end_of_value(text, match.end(), len(match["indent"].expandtabs()))
            configures = match["name"] == "addopts"
            yield Region(start=match.end(), end=end, is_configuration=configures)


def _commanded(text: str) -> Iterator[Region]:
    for match in _COMMAND.finditer(text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if is_comment(text, match.start()) or _NO_COMMAND.search(before):
            continue
        if _LIST.match(text, match.end()):
            yield Region(start=match.end(), end=_end_of_list(text, match.end() + 1))
        else:
            yield Region(start=match.end(), end=_end_of_command(text, match.end(), before))


def _end_of_value(text: str, start: int, indent: int) -> int:
    """Where a value ends: a list, a string, or a line and those that are indented below it."""
    if text.startswith("[", start):
        return _end_of_list(text, start + 1)
    for quote in ('"""', "'''", '"', "'"):
        if text.startswith(quote, start):
            end = text.find(quote, start + len(quote))
            return len(text) if end < 0 else end
    end = _end_of_line(text, start)
    for line in re.compile(r"\r?\n([ \t]*)([^\r\n]*)").finditer(text, end):
        is_continued = text[:end].endswith("\\")
        if line[2] and len(line[1].expandtabs()) <= indent and not is_continued:
            break
        if line[2]:
            end = line.end()
    return end


def _end_of_line(text: str, start: int) -> int:
    found = re.compile(r"\r?(?:\n|\Z)").search(text, start)
    return len(text) if found is None else found.start()


def _end_of_list(text: str, start: int) -> int:
    """Where the list ends that a place is in."""
    waiting, quote = [""], ""
    for position in range(start, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'" and not is_comment(text, position):
            quote = character
        elif character in _PAIRS and not is_comment(text, position):
            waiting.append(_PAIRS[character])
        elif character in _PAIRS.values() and not is_comment(text, position):
            waiting.pop()
            if not waiting:
                return position
    return len(text)


def _end_of_command(text: str, start: int, before: str) -> int:
    """Where a command ends: at what separates it from the next one, or with its string or line."""
    around = next((quote for quote in "\"'" if before.count(quote) % 2), "")
    position, depth = start, 0
    while position < len(text):
        character = text[position]
        if character == around or (character == "#" and text[position - 1].isspace()):
            break
        if character in "\"'":
            position = _end_of_quoted(text, position)
        elif character in _PAIRS:
            depth += 1
        elif character in _PAIRS.values():
            depth -= 1
        elif depth == 0 and _separates(text, position):
            break
        if depth < 0:
            break
        position += 1
    return position


def _end_of_quoted(text: str, start: int) -> int:
    """Where a quoted word ends, if it does so in its line."""
    end = text.find(text[start], start + 1, _end_of_line(text, start))
    return start if end < 0 else end


def _separates(text: str, position: int) -> bool:
    character = text[position]
    if character == "\n":
        # A folded text of YAML goes on with the next option.
        is_continued = re.compile(r"[\\^`]\r?\Z").search(text, 0, position) is not None
        start = position - 1 if text[position - 1] == "\r" else position
        return not is_continued and _OPTION_LINE.match(text, start) is None
    if character == "&":
        return text[position - 1] != ">"
    return character in ";|" or (character == "`" and text[position + 1 : position + 2] != "\n")
