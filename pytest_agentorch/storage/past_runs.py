"""The runs of a project: those whose directory is there, and those in archives."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from json import JSONDecoder
from pathlib import Path
from typing import Any

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.results.run_entry import RunEntry
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.results.summary import SummaryFold
from pytest_agentorch.storage.event_log import EventLogError, events_of
from pytest_agentorch.storage.run_archive import ENDING, archive_of, archives_in, unpacked
from pytest_agentorch.storage.run_directory import began_at, newest_first, runs_in
from pytest_agentorch.storage.run_record import RunStatus, head_of

LAST = "last"
# Bound here: conftests may change `json`.
_from_json = JSONDecoder().decode
_KILLED = "killed"


class PastRun(Frozen):
    """A run, over or not.

    Attributes:
        path: its directory or its archive.
    """

    path: Path

    @property
    def run(self) -> RunId:
        """Its id."""
        return RunId(self.path.name.removesuffix(ENDING))

    @property
    def is_archived(self) -> bool:
        """Whether it is in an archive."""
        return self.path.name.endswith(ENDING)

    def lines(self, member: str) -> Iterator[bytes]:
        """Yield the lines of one of its files.

        Raises:
            OSError: there is none, or it cannot be read.
        """
        if self.is_archived:
            yield from unpacked(self.path, member)
            return
        try:
            with (self.path / member).open("rb") as file:
                yield from file
        except FileNotFoundError:
            # It may have become an archive since it was found.
            yield from unpacked(archive_of(self.path), member)

    def status(self) -> str:
        """Say how it is; empty if nobody knows."""
        head = head_of(self._json("run.json"))
        if head is None:
            return ""
        is_dead = head.owner.is_here and not head.owner.is_alive
        return _KILLED if is_dead and not head.status.is_over else head.status.value

    def entry(self, now: float) -> RunEntry | None:
        """Return its line in a list; None if its record cannot be read."""
        record, status = self._json("run.json"), self.status()
        if not status:
            return None
        started = began_at(self.path)
        ended, phases = _moment(record.get("ended")), _counts(record.get("phases"))
        if ended is None:
            # It is written anew more often.
            progress = self._json("progress.json")
            later = _counts(progress.get("tests"))
            phases = later if later["total"] else phases
            is_on = status in (RunStatus.ACTIVE.value, RunStatus.INITIALIZING.value)
            ended = now if is_on else _moment(progress.get("updated"))
        return RunEntry(
            run=self.run,
            started=started,
            status=status,
            tests=phases["total"],
            failed=phases["failed"] + phases["error"],
            not_run=phases["not_run"],
            seconds=max(0.0, (ended or started) - (_moment(record.get("started")) or started)),
            is_archived=self.is_archived,
        )

    def summary(self) -> RunSummary:
        """Return what its event log tells.

        Raises:
            SettingsError: it cannot be read.
        """
        fold = SummaryFold()
        try:
            for event in events_of(self.lines("events.jsonl"), "events.jsonl"):
                fold.on_event(event)
        except FileNotFoundError:
            # It was removed at this moment, or has just begun.
            return fold.summary()
        except (EventLogError, OSError) as error:
            raise SettingsError(
                f"the event log of run {self.run} cannot be read: {error}. [bad-event-log]"
            ) from None
        return fold.summary()

    def _json(self, member: str) -> dict[str, Any]:
        """Return an object that it has written; an empty one if it is not there, or no object."""
        try:
            data = _from_json(b"".join(self.lines(member)).decode("utf-8"))
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}


def past_runs(parent: Path | None) -> list[PastRun]:
    """Return all runs whose records are kept, the newest first."""
    if parent is None:
        return []
    paths = newest_first(itertools.chain(runs_in(parent), archives_in(parent)))
    found = [PastRun(path=path) for path in paths]
    # A directory is packed before it goes: the archive is later, and whole.
    return list({run.run: run for run in reversed(found)}.values())[::-1]


def find_run(runs: Sequence[PastRun], wanted: str) -> PastRun:
    """Return a run by the beginning of its id, or the newest one as `last`.

    Raises:
        SettingsError: there is none, or several begin so.
    """
    found = runs[:1] if wanted == LAST else [run for run in runs if run.run.startswith(wanted)]
    names = [run.run for run in found]
    if not names or not wanted:
        raise SettingsError(
            f"--agents-show={wanted}: there is no such run. --agents-runs lists them. [no-such-run]"
        )
    if len(names) > 1:
        raise SettingsError(
            f"--agents-show={wanted}: several runs begin like this: {', '.join(names)}. "
            "[ambiguous-run]"
        )
    return found[0]


def _counts(tallies: Any) -> dict[str, int]:
    """Add up counts of phases, or take those of the whole run."""
    names = ("total", "failed", "error", "not_run")
    rows: Iterable[Any] = (tallies or {}).values() if isinstance(tallies, dict) else ()
    if isinstance(tallies, dict) and isinstance(tallies.get("total"), int):
        left = tallies["total"] - _whole(tallies.get("finished"))
        rows = [{**tallies, "not_run": left}]
    found = [row for row in rows if isinstance(row, dict)]
    return {name: sum(_whole(row.get(name)) for row in found) for name in names}


def _whole(count: Any) -> int:
    """What is no number counts nothing: somebody, or a disk, has changed it."""
    return count if isinstance(count, int) else 0


def _moment(text: Any) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
