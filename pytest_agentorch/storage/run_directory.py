"""The directory of a run: who was here, what happened, what came out.

Its parent is shared by concurrent runs of the same project, so nothing in it is taken for granted.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pytest_agentorch.model.errors import AgentorchError
from pytest_agentorch.model.event import RunStarted
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.summary import SummaryFold
from pytest_agentorch.storage import run_record
from pytest_agentorch.storage.run_record import Owner
from pytest_agentorch.storage.whole_file import write_document

_FOLDERS = ("agents", "logs", "results", "coverage", "metrics")
_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]+")


class RunDirectoryError(AgentorchError):
    """No run directory can be made here: fall back to a temporary parent, or go without."""


class RunDirectory:
    """One run's directory. Made with `create`; `save` keeps its `run.json` up to date."""

    def __init__(self, path: Path, owner: Owner, settings: Mapping[str, Any]) -> None:
        self.path = path
        self._owner = owner
        self._settings = settings

    @classmethod
    def create(
        cls,
        parent: Path,
        run: RunId,
        *,
        settings: Settings,
        now: float,
        owner: Owner | None = None,
        even_if_full: bool = False,
    ) -> RunDirectory:
        """Make `<parent>/<run>/` with a `run.json` that says `initializing`.

        Args:
            parent: of all runs.
            run: its name.
            settings: what it has been told.
            now: when it begins.
            owner: the process that it is in; None for this one.
            even_if_full: folders will do, where the disk has no place for a file.

        Raises:
            RunDirectoryError: it cannot be made, or is there already.
        """
        path = parent / run
        directory = cls(path, owner or Owner.this_process(), run_record.plain(settings))
        try:
            parent.mkdir(parents=True, exist_ok=True)
            path.mkdir(mode=0o700)
        except OSError as error:
            raise _unavailable(path, error) from error
        try:
            (path / "logs").mkdir(mode=0o700)
            with contextlib.suppress(*([OSError] if even_if_full else [])):
                directory.save(_newborn(run, settings, now))
        except OSError as error:
            shutil.rmtree(path, ignore_errors=True)
            raise _unavailable(path, error) from error
        return directory

    @property
    def run_file(self) -> Path:
        """`run.json`: id, status, settings, agents, counts."""
        return self.path / "run.json"

    @property
    def progress_file(self) -> Path:
        """`progress.json`: how far it is."""
        return self.path / "progress.json"

    @property
    def report_file(self) -> Path:
        """The CTRF report."""
        return self.path / "report.json"

    @property
    def event_log(self) -> Path:
        """Every event, one per line."""
        return self.path / "events.jsonl"

    def folder(self, name: str) -> Path:
        """One of `agents`, `logs`, `results`, `coverage`, `metrics`.

        `logs` is there; the others are made by whoever has something for them.
        """
        if name not in _FOLDERS:
            raise ValueError(f"no folder {name!r} in a run directory")
        return self.path / name

    def save(self, summary: RunSummary) -> None:
        """Write `run.json` as the run is now. A reader sees the old file or the new, never half.

        Raises:
            OSError: it cannot be written.
        """
        content = run_record.document(summary, self._owner, self._settings)
        write_document(self.run_file, content)


def new_run_id(now: float, random_bytes: bytes) -> RunId:
    """Name a run: names sort by time, and `random_bytes` tell runs of the same moment apart."""
    moment, part = datetime.fromtimestamp(now, UTC), int(now % 1 * 0x10000)
    return RunId(f"{moment:%Y%m%dT%H%M%SZ}-{part:04x}{random_bytes.hex()}")


def runs_in(parent: Path) -> list[Path]:
    """Return the run directories in a folder, the newest first."""
    try:
        return newest_first(filter(_is_run, parent.iterdir()))
    except OSError:
        return []


def newest_first(paths: Iterable[Path]) -> list[Path]:
    """Sort by the names."""
    return sorted(paths, key=lambda path: path.name, reverse=True)


def is_run_name(name: str) -> bool:
    """Whether a run may be called so."""
    return bool(_RUN_ID.fullmatch(name))


def began_at(path: Path) -> float:
    """Return when a run began, as its name says; one that tells nonsense has not begun yet."""
    try:
        moment = datetime.strptime(f"{path.name.partition('-')[0]}+0000", "%Y%m%dT%H%M%SZ%z")
    except ValueError:
        return float("inf")
    return moment.timestamp()


def _unavailable(path: Path, error: OSError) -> RunDirectoryError:
    return RunDirectoryError(f"cannot make the run directory {path}: {error.strerror or error}")


def _newborn(run: RunId, settings: Settings, now: float) -> RunSummary:
    fold = SummaryFold()
    fold.on_event(
        RunStarted(
            run=run,
            agents=settings.agents,
            asked=settings.asked,
            dist=settings.dist.value,
            isolate=settings.isolate.value,
            rootdir="",
            at=now,
        )
    )
    return fold.summary()


def _is_run(path: Path) -> bool:
    return is_run_name(path.name) and path.is_dir() and not path.is_symlink()
