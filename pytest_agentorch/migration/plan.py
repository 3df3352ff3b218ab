"""The plan of a migration: what is written instead of what, and what is to be known about it."""

from __future__ import annotations

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator, Sequence

from pytest_agentorch.migration.dependency import OURS, requirements
from pytest_agentorch.migration.edit import Edit, edited, line_of
from pytest_agentorch.migration.hook_args import HookArgs, hook_args
from pytest_agentorch.migration.note import Kind, Note
from pytest_agentorch.migration.option import leftovers, translate
from pytest_agentorch.migration.project import Role, SourceFile
from pytest_agentorch.migration.python_file import needs_xdist, uses
from pytest_agentorch.migration.region import Region, regions
from pytest_agentorch.migration.wish import Wish, find_wish
from pytest_agentorch.model.frozen import Frozen

_WITH_OPTIONS = (Role.CONFIGURATION, Role.COMMANDS)
_KEYS = re.compile(r"^(?:rsyncdirs|rsyncignore|looponfailroots)(?=[ \t]*=)", re.MULTILINE)
_HOOKS = ".pre-commit-config.yaml"
_LOCKED = re.compile(r"pytest[-_]xdist|pytest-parallel")


class FileChange(Frozen):
    """A file before and after."""

    path: str
    before: str
    after: str


class FileNote(Frozen):
    """A note, and the file that it is about."""

    path: str
    note: Note


class MigrationPlan(Frozen):
    """All of it.

    Attributes:
        changes: the files that become others.
        notes: what is to be known.
        needs_xdist: the places that go on needing xdist, as `conftest.py:3`.
        wish: what the tests run on.
    """

    changes: tuple[FileChange, ...]
    notes: tuple[FileNote, ...]
    needs_xdist: tuple[str, ...]
    wish: Wish


def plan_migration(files: Sequence[SourceFile]) -> MigrationPlan:
    """Say what becomes of the files of a project."""
    found = [
        (file, regions(file.text))
        for file in files
        if file.role in _WITH_OPTIONS and file.text is not None
    ]
    bound = tuple(_bound(files, found))
    changes, notes = [], []
    for file in files:
        edits, said = _of_file(file, keep=bool(bound))
        after = edited(file.text or "", edits)
        if edits and not _is_sound(file.path, after):
            edits, said = [], [_note(Kind.BY_HAND, file.path, "it cannot be parsed; left as it is")]
        if edits and file.text is not None:
            changes.append(FileChange(path=file.path, before=file.text, after=after))
        notes += [FileNote(path=file.path, note=note) for note in said]
    return MigrationPlan(
        changes=tuple(changes),
        notes=tuple(notes),
        needs_xdist=bound,
        wish=find_wish([*_texts(found), *_hook_texts(files)]),
    )


def _texts(found: Sequence[tuple[SourceFile, list[Region]]]) -> Iterator[tuple[str, Region]]:
    yield from ((file.text or "", one) for file, each in found for one in each)


def _hook_texts(files: Sequence[SourceFile]) -> Iterator[tuple[str, Region]]:
    commands = (one.command for file in files for one in _hooks(file))
    yield from ((command, Region(start=0, end=len(command))) for command in commands)


def _hooks(file: SourceFile) -> list[HookArgs]:
    return hook_args(file.text or "") if file.path == _HOOKS else []


def _bound(
    files: Sequence[SourceFile], found: Sequence[tuple[SourceFile, list[Region]]]
) -> Iterator[str]:
    """Name the places that go on needing xdist."""
    for file, each in found:
        for region in each:
            translation = translate(file.text or "", region)
            if translation.is_left:
                yield f"{file.path}:{translation.notes[0].line}"
    for file in files:
        for hook in _hooks(file):
            translation = hook.translated(file.text or "")
            if translation.is_left:
                yield f"{file.path}:{translation.notes[0].line}"
        if file.role is Role.PYTHON and _is_sound(file.path, file.text or ""):
            yield from (f"{file.path}:{line}" for line in needs_xdist(file.text or ""))


def _of_file(file: SourceFile, *, keep: bool) -> tuple[list[Edit], list[Note]]:
    if file.text is None:
        return [], [_note(Kind.BY_HAND, file.path, "it is no UTF-8, and was not looked at")]
    match file.role:
        case Role.CONFIGURATION | Role.COMMANDS:
            return _options(file, file.text, keep=keep)
        case Role.REQUIREMENTS:
            return requirements(file.text, keep=keep)
        case Role.PYTHON:
            used = uses(file.text) if _is_sound(file.path, file.text) else []
            return [], [*used, *leftovers(file.text, [])]
        case Role.CONDA | Role.LOCK | Role.PROSE:
            return [], list(_told_only(file.role, file.text, keep=keep))


def _told_only(role: Role, text: str, *, keep: bool) -> Iterator[Note]:
    """Note what is not edited: somebody else knows better how."""
    if role is Role.CONDA:
        edits, why = requirements(text, keep=keep)[0], f"write {OURS}, below `pip:` if need be"
    elif role is Role.LOCK:
        spans = [match.span() for match in _LOCKED.finditer(text)][:1]
        edits = [Edit(start=start, end=end, new="") for start, end in spans]
        why = "make this file anew with its tool"
    else:
        edits = [edit for one in regions(text) for edit in translate(text, one).edits]
        why = "tell those who read it"
    for edit in edits:
        line = line_of(text, edit.start)
        yield _note(Kind.BY_HAND, text[edit.start : edit.end], why, line)


def _options(file: SourceFile, text: str, *, keep: bool) -> tuple[list[Edit], list[Note]]:
    hooks = _hooks(file)
    known = regions(text)
    translations = [translate(text, region) for region in known]
    translations += [hook.translated(text) for hook in hooks]
    known += [hook.region for hook in hooks]
    edits, notes = requirements(text, keep=keep)
    edits += [edit for each in translations for edit in each.edits]
    notes += [note for each in translations for note in each.notes]
    if file.role is Role.CONFIGURATION:
        why = "nothing reads it: delete it when pytest-xdist is gone"
        for match in _KEYS.finditer(text):
            notes.append(_note(Kind.LOST, match[0], why, line_of(text, match.start())))
    return edits, [*notes, *leftovers(text, known)]


def _is_sound(path: str, text: str) -> bool:
    """Whether a file can be parsed, where it is of a kind that is known."""
    try:
        if path.endswith(".toml"):
            tomllib.loads(text)
        elif path.endswith(".py"):
            ast.parse(text)
        elif path.endswith((".ini", ".cfg")):
            configparser.RawConfigParser(strict=False).read_string(text)
    except (tomllib.TOMLDecodeError, SyntaxError, ValueError, configparser.Error):
        return False
    return True


def _note(kind: Kind, what: str, why: str, line: int = 1) -> Note:
    return Note(kind=kind, line=line, what=what, why=why)
