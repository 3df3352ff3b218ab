"""The journal of a process that measures coverage: what a test has covered that nobody had before.

It is written before the verdict of the test is told, so whatever kills the process loses nothing
of a test that has finished. What is in it twice counts once.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from json import JSONDecoder, JSONEncoder
from pathlib import Path
from typing import Any

from pytest_agentorch.model.measured import Measured

ENDING = ".journal"

# Bound here: tests may replace them.
_open, _write, _close = os.open, os.write, os.close
_to_json = JSONEncoder(separators=(",", ":")).encode
_from_json = JSONDecoder().decode
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


def journal_in(folder: str, agent: str) -> str:
    """Return where an agent writes its journal."""
    return os.path.join(folder, agent + ENDING)  # noqa: PTH118 - a text on its way to an agent


class JournalWriter:
    """Written by one process, and by what it forks. No file stays open: tests close all there are.

    Attributes:
        path: of its file; there is none before there is something to write.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self._unwritten = b""

    def add(self, **record: Any) -> None:
        """Append a record. What there is no place for is tried again with the next one."""
        # It begins a line of its own also behind half a record.
        data = self._unwritten + b"\n" + _to_json(record).encode("utf-8", "surrogatepass")
        self._unwritten = b"" if _append(self.path, data) else data

    def add_measured(
        self, kind: str, place: tuple[str, str], files: Mapping[str, Collection[Any]]
    ) -> None:
        """Append what was covered.

        Args:
            kind: `lines` or `arcs`.
            place: the phase and the context.
            files: what is new of each file.
        """
        plain = {file: sorted(values) for file, values in files.items()}
        self.add(phase=place[0], context=place[1], **{kind: plain})


@dataclass(slots=True)
class Journal:
    """What one process has written down.

    Attributes:
        agent: whose process it was.
        touched: files that could have been covered, and the plugin of coverage that knows them.
        tracers: files that a plugin of coverage has measured, and which one.
        warnings: what coverage said at the end; None if that never came.
    """

    agent: str
    measured: list[Measured] = field(default_factory=list)
    touched: dict[str, str] = field(default_factory=dict)
    tracers: dict[str, str] = field(default_factory=dict)
    warnings: list[str] | None = None

    def _take(self, record: dict[str, Any]) -> None:
        self.touched.update(record.get("touched", {}))
        self.tracers.update(record.get("tracers", {}))
        self.warnings = record.get("warnings", self.warnings)
        for file, lines in record.get("lines", {}).items():
            self._add(record, file, lines=tuple(lines))
        for file, arcs in record.get("arcs", {}).items():
            self._add(record, file, arcs=tuple((one, two) for one, two in arcs))

    def _add(self, record: dict[str, Any], file: str, **values: Any) -> None:
        phase, context = record["phase"], record["context"]
        one = Measured(agent=self.agent, phase=phase, context=context, file=file, **values)
        self.measured.append(one)


def read_journals(folder: Path) -> list[Journal]:
    """Read all journals of a run, also those of processes that were killed while they wrote."""
    found = []
    for path in sorted(folder.glob(f"*{ENDING}")):
        journal = Journal(path.name.removesuffix(ENDING))
        for record in _records(path):
            journal._take(record)  # noqa: SLF001 - it is made here
        found.append(journal)
    return found


def _records(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text("utf-8", "surrogatepass").splitlines():
        try:
            record = _from_json(line) if line else None
        except ValueError:
            # Nobody has finished it.
            continue
        if isinstance(record, dict):
            yield record


def _append(path: str, data: bytes) -> bool:
    """Append in one write; False if there is no place for all of it."""
    try:
        file = _open(path, _FLAGS, 0o600)
        try:
            return _write(file, data) == len(data)
        finally:
            _close(file)
    except OSError:
        return False
