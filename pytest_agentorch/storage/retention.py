"""Retention: of the runs of a project the newest stay, older ones become archives or go.

Other runs may do the same at the same time, or may not be over.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from pytest_agentorch.model.keep import Keep
from pytest_agentorch.storage import run_record
from pytest_agentorch.storage.file_lock import PATIENCE_SECONDS, locked
from pytest_agentorch.storage.run_archive import archive_of, archives_in, pack, parts_in
from pytest_agentorch.storage.run_directory import began_at, runs_in

_NEWBORN_SECONDS = 600.0
"""A directory without a readable `run.json` may belong to a run that has just begun."""
_ELSEWHERE_SECONDS = 86_400.0
"""Containers may share a project: whether their processes live cannot be asked, only guessed."""
_DAY_SECONDS = 86_400.0


def tidy(parent: Path, keep: Keep, now: float, latest: Path | None = None) -> tuple[Path, ...]:
    """Keep what is to be kept of runs that are not in use; return the directories that are gone.

    What is not named like a run is left alone, and so is what cannot be removed or archived.

    Args:
        parent: of all runs.
        keep: what is to be kept.
        now: the moment.
        latest: the run that is over now: it comes before those that have begun later.
    """
    runs = [path for path in runs_in(parent) if not _is_in_use(path, now)]
    runs.sort(key=lambda path: path != latest)
    old = [
        path for place, path in enumerate(runs) if place >= keep.runs or _is_old(path, keep, now)
    ]
    if old and keep.archives:
        young = [path for path in old if not _is_old(path, keep, now)]
        try:
            with locked(parent / ".archive.lock", PATIENCE_SECONDS):
                failed = _archive(parent, young[: keep.archives])
        except (OSError, NotImplementedError):
            # Another run is at it, or none can be: better too many than one that is lost.
            return ()
        old = [path for path in old if path not in failed]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    for place, archive in enumerate(archives_in(parent)):
        if place >= keep.archives or _is_old(archive, keep, now):
            with contextlib.suppress(OSError):
                archive.unlink()
    return tuple(path for path in old if not path.exists())


def _archive(parent: Path, runs: Sequence[Path]) -> list[Path]:
    """Make archives of these; return those of which none can be made now."""
    for part in parts_in(parent):
        # Whoever wrote it was killed.
        with contextlib.suppress(OSError):
            part.unlink()
    failed = []
    for path in runs:
        # One that is there is whole; the directory may have begun to go.
        if not archive_of(path).exists():
            try:
                pack(path)
            except OSError:
                failed.append(path)
    return failed


def _is_old(path: Path, keep: Keep, now: float) -> bool:
    return bool(keep.days) and now - began_at(path) > keep.days * _DAY_SECONDS


def _is_in_use(path: Path, now: float) -> bool:
    head = run_record.read_head(path / "run.json")
    if head is None:
        return _age(path, now) < _NEWBORN_SECONDS
    if head.status.is_over:
        return False
    if head.owner.is_here:
        return head.owner.is_alive
    return _age(path, now) < _ELSEWHERE_SECONDS


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except OSError:
        return float("inf")
