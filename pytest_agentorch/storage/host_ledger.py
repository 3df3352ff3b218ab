"""What the runs of a user have taken of this host: a file that all of them share.

It is a help and no more: what cannot be read is as if it were not there, and where nothing can be
written, or somebody holds the lock, a run is alone.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from json import JSONDecoder, JSONEncoder
from pathlib import Path
from typing import Any, NamedTuple

from pytest_agentorch.model.capacity import Capacity
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.model.share import Claim, Share, Wish
from pytest_agentorch.orchestration.share import claim_of, decide_share
from pytest_agentorch.storage.file_lock import PATIENCE_SECONDS, locked
from pytest_agentorch.storage.run_record import Owner
from pytest_agentorch.storage.whole_file import write_whole
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.offspring import runs_around

# Bound here: conftests may change these.
_to_json = JSONEncoder(separators=(",", ":")).encode
_from_json = JSONDecoder().decode
_getpid = os.getpid

VARIABLE = "PYTEST_AGENTORCH_HOST"
"""The folder of the ledger, for containers that share a host."""
_FORMAT = "pytest-agentorch host 1"
_ELSEWHERE_SECONDS = 3600.0
"""Whether a process of another container lives cannot be asked: its claim counts for so long."""


class Entry(NamedTuple):
    """A run and what it has taken."""

    run: str
    owner: Owner
    at: float
    claim: Claim

    def counts(self, now: float) -> bool:
        """Whether that run still goes on, as far as can be told."""
        if self.owner.is_here:
            return self.owner.is_alive
        return abs(now - self.at) < _ELSEWHERE_SECONDS


class HostLedger:
    """The file, as one run sees it."""

    def __init__(self, folder: Path, run: RunId) -> None:
        self.folder = folder
        self._path = folder / "runs.json"
        self._lock = folder / "runs.lock"
        self._run = run
        self._owner = Owner.this_process()

    @classmethod
    def of_this_user(cls, run: RunId) -> HostLedger | None:
        """Return the ledger of all runs of this user; None where there is no place for one."""
        folder = next(_folders(), None)
        return None if folder is None else cls(folder, run)

    def take(self, wish: Wish, capacity: Capacity) -> Share:
        """Enter what this run takes beside the others; runs that it is part of do not count."""
        outer = runs_around(os.environ)
        try:
            with locked(self._lock, PATIENCE_SECONDS):
                now = CLOCK()
                entries = [entry for entry in self._read() if entry.counts(now)]
                others = [entry.claim for entry in entries if entry.run not in outer]
                share = decide_share(wish, capacity, others)
                own = Entry(self._run, self._owner, now, claim_of(wish, share, capacity))
                self._write([*entries, own])
        except Exception:  # noqa: BLE001 - a run must not fail for what is only a help
            return decide_share(wish, capacity, ())
        return share

    def leave(self) -> None:
        """Take the run out. A child that was forked is not the run."""
        if _getpid() != self._owner.pid:
            return
        with contextlib.suppress(Exception), locked(self._lock, PATIENCE_SECONDS):
            self._write([entry for entry in self._read() if entry.run != self._run])

    def _read(self) -> list[Entry]:
        try:
            data = _from_json(self._path.read_text(encoding="utf-8"))
            return [_entry(row) for row in data["runs"]] if data["format"] == _FORMAT else []
        except Exception:  # noqa: BLE001 - whatever is in it, it is written anew
            return []

    def _write(self, entries: Sequence[Entry]) -> None:
        if entries:
            rows = list(map(_row, entries))
            write_whole(self._path, _to_json({"format": _FORMAT, "runs": rows}))
        else:
            self._path.unlink(missing_ok=True)


def _entry(row: dict[str, Any]) -> Entry:
    agents, memory = row["agents"], row["memory"]
    if not all(type(number) is int and number >= 0 for number in (agents, memory)):
        raise ValueError(row)
    return Entry(
        run=str(row["run"]),
        owner=Owner(host=str(row["host"]), pid=int(row["pid"]), created=float(row["created"])),
        at=float(row["at"]),
        claim=Claim(domain=str(row["domain"]), agents=agents, memory=memory),
    )


def _row(entry: Entry) -> dict[str, Any]:
    owner, claim = entry.owner, entry.claim
    return {
        "run": entry.run,
        "host": owner.host,
        "pid": owner.pid,
        "created": owner.created,
        "at": entry.at,
        "domain": claim.domain,
        "agents": claim.agents,
        "memory": claim.memory,
    }


def _folders() -> Iterator[Path]:
    """The folders that are there and ours, or can be made, the best first."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        with contextlib.suppress(OSError):
            Path(chosen).mkdir(parents=True, exist_ok=True)
            yield Path(chosen)
        return
    user = os.getuid() if hasattr(os, "getuid") else "user"
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime and (made := _made(Path(runtime, "pytest-agentorch"))):
        yield made
    # FileNotFoundError: no folder at all is there for what is temporary.
    with contextlib.suppress(OSError):
        if made := _made(Path(tempfile.gettempdir(), f"pytest-agentorch-{user}")):
            yield made


def _made(folder: Path) -> Path | None:
    """Make a folder that nobody else can look into; None if it is there and somebody can."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    if not stat.S_ISDIR(found.st_mode):
        return None
    is_ours = not hasattr(os, "getuid") or (
        found.st_uid == os.getuid() and not stat.S_IMODE(found.st_mode) & 0o077
    )
    return folder if is_ours else None
