"""Options of pytest-xdist, and of pytest-parallel, and what is to be written instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pytest_agentorch.migration.edit import Edit, is_comment, line_of, removals
from pytest_agentorch.migration.note import Kind, Note
from pytest_agentorch.migration.region import Region
from pytest_agentorch.model.frozen import Frozen

_GAP = r"""(?:=|[ \t]+|[ \t]*\\?\r?\n[ \t]*|["']\s*,\s*["'])"""
_VARIABLE = r"""\$\{\{.*?\}\}|\$+\([^()\n]*\)|\$\{[^}\n]*\}|\{[^}\n]*\}|"\$[^"\n]*"|\$+\w+|%\w+%"""
_NUMBER = rf"(?P<value>(?:auto|logical|\d+)(?![\w.*])|{_VARIABLE})"
_WORD = r"""(?=\S)(?:"[^"\n]*"|'[^'\n]*')?[^\s"',;|&)\]}]*"""
_AFTER = r"(?![\w\-.])"


def _option(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w\-./])(?:{words})")


_WORKERS = _option(rf"(?:-n{_GAP}?|(?:--numprocesses|--workers){_GAP}){_NUMBER}")
_COMPUTED = _option(r"""(?:-n|--numprocesses|--workers)(?=["']\s*,\s*[^\s"'\])])""")
_MOST = _option(rf"--maxprocesses{_GAP}{_NUMBER}")
_DIST = _option(rf"--dist{_GAP}(?P<value>load(?:scope|file|group)?|worksteal|each|no)\b")
_SHORT_LOAD = _option(rf"(?:-d|--distload){_AFTER}")
_PLUGIN = _option(rf"-p{_GAP}?(?P<plugin>xdist(?:\.plugin)?){_AFTER}")
_POPENS = _option(rf"--tx{_GAP}(?P<value>\d+)\*popen(?![\w/])")

_INSTEAD = {"loadscope": "scope", "loadfile": "file", "loadgroup": "group", "each": "each"}
_DROPPED = (
    (
        _option(rf"--max-(?:worker|slave)-restart{_GAP}{_WORD}"),
        "a slot is given up after three deaths in a row without a verdict, as often as need be",
    ),
    (
        _option(rf"--maxschedchunk{_GAP}{_WORD}"),
        "an agent has the running test and a short queue, which can be taken back",
    ),
    (
        _option(rf"--(?:no-)?loadscope-reorder{_AFTER}"),
        "what takes long begins first; --nf, --ff or a plugin's order is kept",
    ),
    (
        _option(rf"--testrunuid{_GAP}{_WORD}"),
        "the run has an id of its own: the fixture testrun_uid and PYTEST_XDIST_TESTRUNUID have it",
    ),
    (
        _option(rf"--tests-per-worker{_GAP}{_WORD}"),
        "an agent runs one test at a time, in its main thread",
    ),
)
_LEFT = (
    (
        _option(rf"(?:--tx|--px|--rsyncdir|--rsyncignore){_GAP}{_WORD}"),
        "agents are processes of this machine and this interpreter",
    ),
    (_option(rf"(?:-f|--looponfail){_AFTER}"), "no test runs again because a file has changed"),
    (_option(r"-p[ =]?xdist\.looponfail"), "no test runs again because a file has changed"),
)
_LEFTOVER = _option(
    r"--numprocesses|--maxprocesses|--max-worker-restart|--dist[ =](?:load\w*|each)"
    rf"|-n(?:{_GAP}?|,[ ]*[\"']?)(?:auto|logical)\b"
)
_NAME_ALONE = _option(rf"(?:-n|--numprocesses|--dist|--maxprocesses){_AFTER}")
_SPLIT = _option(r"--splits\b")


class Translation(Frozen):
    """What becomes of the options in a region.

    Attributes:
        edits: what is written instead.
        notes: what is to be known about it.
        is_left: whether it goes on needing xdist.
    """

    edits: tuple[Edit, ...]
    notes: tuple[Note, ...]
    is_left: bool = False


def translate(text: str, region: Region) -> Translation:
    """Say what becomes of a region: all of it, or nothing where something cannot be expressed."""
    left = tuple(_left(text, region))
    if left:
        return Translation(edits=(), notes=left, is_left=True)
    dropped = [(match, why) for each, why in _DROPPED for match in _all(each, text, region)]
    spans = [*_needless(text, region), *(match for match, _ in dropped)]
    edits = (
        *_workers(text, region),
        *_dist(text, region),
        *_plugin(text, region),
        *removals(text, [match.span() for match in spans]),
    )
    notes = (
        *_about_values(text, region),
        *(_note(Kind.LOST, text, match, why) for match, why in dropped),
        *_not_understood(text, region, edits),
    )
    return Translation(edits=edits, notes=notes)


def leftovers(text: str, known: list[Region]) -> Iterator[Note]:
    """Note what looks like options of xdist outside of regions."""
    for match in _LEFTOVER.finditer(text):
        inside = any(one.start <= match.start() < one.end for one in known)
        if not inside and not is_comment(text, match.start()):
            why = "looks like an option of xdist: write --agents here if pytest gets it"
            yield _note(Kind.BY_HAND, text, match, why)


def _workers(text: str, region: Region) -> Iterator[Edit]:
    most = [match["value"] for match in _all(_MOST, text, region)]
    for match in _all(_WORKERS, text, region):
        number = _at_most(match["value"], most[-1] if most else None)
        yield Edit(start=match.start(), end=match.end(), new=f"--agents={number}")
    for match in _all(_COMPUTED, text, region):
        yield Edit(start=match.start(), end=match.end(), new="--agents")
    if not _has_workers(text, region):
        for match in _all(_POPENS, text, region):
            yield Edit(start=match.start(), end=match.end(), new=f"--agents={match['value']}")


def _at_most(number: str, most: str | None) -> str:
    if most is None or number == "0":
        return number
    return str(min(int(number), int(most))) if number.isdecimal() and most.isdecimal() else most


def _has_workers(text: str, region: Region) -> bool:
    return any(True for _ in _all(_WORKERS, text, region))


def _dist(text: str, region: Region) -> Iterator[Edit]:
    for match in _all(_DIST, text, region):
        if match["value"] in _INSTEAD:
            new = f"--agents-dist={_INSTEAD[match['value']]}"
            yield Edit(start=match.start(), end=match.end(), new=new)


def _needless(text: str, region: Region) -> Iterator[re.Match[str]]:
    """Find what says what is so without it."""
    for match in _all(_DIST, text, region):
        if match["value"] not in _INSTEAD:
            yield match
    yield from _all(_SHORT_LOAD, text, region)
    yield from _all(_MOST, text, region)
    if _has_workers(text, region):
        yield from _all(_POPENS, text, region)


def _plugin(text: str, region: Region) -> Iterator[Edit]:
    for match in _all(_PLUGIN, text, region):
        yield Edit(
            start=match.start("plugin"), end=match.end("plugin"), new="pytest_agentorch.plugin"
        )


def _about_values(text: str, region: Region) -> Iterator[Note]:
    for match in _all(_WORKERS, text, region):
        if not match["value"].isalnum():
            why = "what it stands for must be a number, auto or logical"
            yield _note(Kind.RISK, text, match, why)
    for match in _all(_COMPUTED, text, region):
        why = "what follows must be a number, auto or logical"
        yield _note(Kind.RISK, text, match, why)
    for match in _all(_SPLIT, text, region):
        why = "pytest-split parts the suite among machines; on each its part runs on agents"
        yield _note(Kind.STAYS, text, match, why)
    for match in _all(_MOST, text, region):
        if _has_workers(text, region):
            why = (
                "so many agents also where there are fewer CPUs; --agents=auto if that is too many"
            )
            yield _note(Kind.RISK, text, match, why)
        else:
            why = "say --agents=N where the number is given: never more agents than that"
            yield _note(Kind.LOST, text, match, why)


def _not_understood(text: str, region: Region, edits: Sequence[Edit]) -> Iterator[Note]:
    for match in _all(_NAME_ALONE, text, region):
        if not any(edit.start <= match.start() < edit.end for edit in edits):
            why = "its value is not understood: write what it is for --agents"
            yield _note(Kind.BY_HAND, text, match, why)


def _left(text: str, region: Region) -> Iterator[Note]:
    popens = {match.start() for match in _all(_POPENS, text, region)}
    for pattern, why in _LEFT:
        for match in _all(pattern, text, region):
            if match.start() not in popens:
                yield _note(Kind.LOST, text, match, f"{why}; left as it is, to pytest-xdist")


def _all(pattern: re.Pattern[str], text: str, region: Region) -> Iterator[re.Match[str]]:
    for match in pattern.finditer(text, region.start, region.end):
        if not is_comment(text, match.start()):
            yield match


def _note(kind: Kind, text: str, match: re.Match[str], why: str) -> Note:
    return Note(kind=kind, line=line_of(text, match.start()), what=match[0], why=why)
