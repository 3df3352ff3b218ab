"""How many agents were best: a small file in pytest's cache, an entry for each choice of tests.

It is a help and no more: what cannot be read is as if it were not there, and what cannot be written
is left alone.
"""

from __future__ import annotations

from json import JSONDecoder, JSONEncoder
from pathlib import Path
from typing import NamedTuple

from pytest_agentorch.storage.file_lock import PATIENCE_SECONDS, locked
from pytest_agentorch.storage.whole_file import write_whole

# Bound here: conftests may change `json`.
_to_json = JSONEncoder(indent=0).encode
_from_json = JSONDecoder().decode

MOST_ENTRIES = 50
_MOST_AGENTS = 1024
_FORMAT = "pytest-agentorch agents 1"


class Learned(NamedTuple):
    """What a run has learnt.

    Attributes:
        agents: so many were best.
        reason: why, in a few words.
    """

    agents: int
    reason: str


class LearnedAgents:
    """The file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, key: str) -> Learned | None:
        """Return what is known of a choice of tests."""
        return self._entries().get(key)

    def write(self, key: str, learned: Learned | None) -> bool:
        """Keep what a run has learnt, or forget it; say whether that was possible."""
        try:
            with locked(self._path.with_suffix(".lock"), PATIENCE_SECONDS):
                entries = self._entries()
                if entries.pop(key, None) == learned is None:
                    return True
                if learned is not None:
                    entries[key] = learned
                rows = [[key, *one] for key, one in entries.items()][-MOST_ENTRIES:]
                write_whole(self._path, _to_json({"format": _FORMAT, "learned": rows}))
        except Exception:  # noqa: BLE001 - a run must not fail for what only helps the next
            return False
        return True

    def _entries(self) -> dict[str, Learned]:
        """All of them, the latest last; none if one of them cannot be."""
        try:
            data = _from_json(self._path.read_text(encoding="utf-8"))
            if data["format"] != _FORMAT:
                return {}
            rows = [(key, agents, reason) for key, agents, reason in data["learned"]]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return {}
        sound = all(
            [type(one) for one in row] == [str, int, str] and 1 <= row[1] <= _MOST_AGENTS
            for row in rows
        )
        return {key: Learned(agents, reason) for key, agents, reason in rows} if sound else {}
