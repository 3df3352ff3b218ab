"""The history of tests: a file in pytest's cache that all runs of a project share.

It is a help and no more: what cannot be read is as if it were not there, and what cannot be written
is left alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from json import JSONDecoder, JSONEncoder
from pathlib import Path
from typing import Any, NamedTuple

from pytest_agentorch.model.history import History, TestKey
from pytest_agentorch.model.memory_limit import NOTABLE_BYTES
from pytest_agentorch.storage.file_lock import PATIENCE_SECONDS, locked
from pytest_agentorch.storage.whole_file import write_whole

# Bound here: conftests may change `json`.
_to_json = JSONEncoder(separators=(",", ":")).encode
_from_json = JSONDecoder().decode

MOST_TESTS = 200_000
KEPT_DAYS = 60
"""Tests that did not run for so long are forgotten: most of them are gone, or have another name."""
_LATEST_WEIGHT = 0.5
_FORMAT = "pytest-agentorch history 1"
_DAY_SECONDS = 86_400
_MICROSECONDS = 1_000_000
_MOST_NUMBER = 10**15


def prepare() -> None:
    """Load what `HistoryFile.add` needs: that takes a while. If it fails, it does so there, too."""
    with contextlib.suppress(Exception):
        import filelock

        assert filelock


class Ran(NamedTuple):
    """How a test ran; `memory` in bytes, 0 if that was nothing notable."""

    seconds: float
    failed: bool
    memory: int = 0


class HistoryFile:
    """The file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> History:
        """Return what is known; nothing if the file is not there, or not ours."""
        return _Table.read(self._path).history()

    def add(self, ran: Mapping[TestKey, Ran], now: float) -> bool:
        """Add a run to what others have written meanwhile; say whether that was possible."""
        try:
            with locked(self._path.with_suffix(".lock"), PATIENCE_SECONDS):
                table = _Table.read(self._path)
                table.add(ran, int(now // _DAY_SECONDS))
                write_whole(self._path, table.text())
        except Exception:  # noqa: BLE001 - a run must not fail for what only makes the next faster
            return False
        return True


@dataclass(slots=True)
class _Table:
    """One column per fact: fifty thousand objects would take long to make.

    Attributes:
        keys: what the tests are called.
        microseconds, days: how long each takes, and when it ran last.
        failed: the positions of those that failed then.
        megabytes: what some have taken, by position.
    """

    keys: list[TestKey] = field(default_factory=list)
    microseconds: list[int] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    failed: set[int] = field(default_factory=set)
    megabytes: dict[int, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> _Table:
        """Read a file; return an empty table if it does not hold one."""
        try:
            data = _from_json(path.read_text(encoding="utf-8"))
            if data["format"] != _FORMAT:
                return cls()
            # Older files know nothing of memory.
            megabytes = dict(zip(*data.get("megabytes", ([], [])), strict=True))
            columns = data["tests"], data["microseconds"], data["days"], set(data["failed"])
            found = cls(*columns, megabytes)
            return found if found.is_sound() else cls()
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return cls()

    def is_sound(self) -> bool:
        """Whether this can have been written here."""
        size = len(self.keys)
        return (
            len(self.microseconds) == len(self.days) == size
            and all(
                isinstance(column, list) for column in (self.keys, self.microseconds, self.days)
            )
            and set(map(type, self.keys)) <= {str}
            and _are_numbers(self.microseconds, _MOST_NUMBER)
            and _are_numbers(self.days, _MOST_NUMBER)
            and _are_numbers(self.failed, size)
            and _are_numbers(set(self.megabytes), size)
            and _are_numbers([*self.megabytes.values()], _MOST_NUMBER)
        )

    def history(self) -> History:
        """Return what planning needs of it."""
        seconds = [number / _MICROSECONDS for number in self.microseconds]
        return History(
            seconds=dict(zip(self.keys, seconds, strict=True)),
            failed=frozenset(self.keys[position] for position in self.failed),
            memory={self.keys[position]: size << 20 for position, size in self.megabytes.items()},
        )

    def add(self, ran: Mapping[TestKey, Ran], today: int) -> None:
        """Take in a run, and forget what is too old or too much."""
        positions = dict(zip(self.keys, range(len(self.keys)), strict=True))
        new = [key for key in ran if key not in positions]
        positions.update(zip(new, range(len(self.keys), len(self.keys) + len(new)), strict=True))
        self.keys += new
        self.microseconds += [int(ran[key].seconds * _MICROSECONDS) for key in new]
        self.days += [today] * len(new)
        known, days = self.microseconds, self.days
        for key, (seconds, _, memory) in ran.items():
            position = positions[key]
            before = known[position]
            known[position] = before + int((seconds * _MICROSECONDS - before) * _LATEST_WEIGHT)
            days[position] = today
            if memory or position in self.megabytes:
                self._learn_memory(position, memory)
        self.failed.difference_update(map(positions.__getitem__, ran))
        self.failed.update(positions[key] for key, outcome in ran.items() if outcome.failed)
        self._forget(today - KEPT_DAYS)

    def text(self) -> str:
        """Return the content of the file."""
        columns: dict[str, Any] = {
            "format": _FORMAT,
            "tests": self.keys,
            "microseconds": self.microseconds,
            "days": self.days,
            "failed": sorted(self.failed),
            "megabytes": [[*self.megabytes], [*self.megabytes.values()]],
        }
        return _to_json(columns)

    def _learn_memory(self, position: int, memory: int) -> None:
        """Follow the most of the latest runs: fewer runs need more than is told of them."""
        now, before = -(-memory >> 20), self.megabytes.pop(position, 0)
        most = max(now, (before + now) // 2)
        if most << 20 >= NOTABLE_BYTES:
            self.megabytes[position] = most

    def _forget(self, oldest: int) -> None:
        if len(self.keys) <= MOST_TESTS and min(self.days, default=oldest) >= oldest:
            return
        young = [position for position, day in enumerate(self.days) if day >= oldest]
        young.sort(key=self.days.__getitem__, reverse=True)
        kept = sorted(young[:MOST_TESTS])
        self.failed = {new for new, old in enumerate(kept) if old in self.failed}
        known = self.megabytes
        self.megabytes = {new: known[old] for new, old in enumerate(kept) if old in known}
        self.keys = [self.keys[position] for position in kept]
        self.microseconds = [self.microseconds[position] for position in kept]
        self.days = [self.days[position] for position in kept]


def _are_numbers(column: list[int] | set[int], limit: int) -> bool:
    """Whether these are whole numbers from 0 up to a limit."""
    if not set(map(type, column)) <= {int}:
        return False
    return not column or (min(column) >= 0 and max(column) < limit)
