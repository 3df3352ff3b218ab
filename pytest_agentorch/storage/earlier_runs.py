"""The earlier runs of a project, as their event logs tell them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.results.resumption import is_complete
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.storage.past_runs import LAST, PastRun
from pytest_agentorch.storage.run_directory import runs_in
from pytest_agentorch.storage.run_record import read_head


def run_to_resume(parent: Path | None, wanted: str) -> RunSummary:
    """Return the run that is to be finished.

    Args:
        parent: the folder of all run directories; None if there is none.
        wanted: the beginning of its id; empty or `last` for the latest that is not complete.

    Raises:
        SettingsError: there is none, or it cannot be finished.
    """
    runs = [] if parent is None else runs_in(parent)
    found = _latest_incomplete(runs) if wanted in ("", LAST) else _named(runs, wanted)
    _refuse_going_on(found)
    earlier = _read(found)
    if not earlier.tests:
        raise _nothing(f"run {earlier.run} ended before its tests were known")
    if is_complete(earlier):
        raise _nothing(f"run {earlier.run} is complete")
    return earlier


def latest_run(parent: Path | None) -> RunSummary:
    """Return the latest run that had tests and is over, in whatever way.

    Raises:
        SettingsError: there is none.
    """
    runs = [] if parent is None else runs_in(parent)
    found = next(_with_tests([run for run in runs if not _goes_on(run)]), None)
    if found is None:
        raise SettingsError("--agents-rerun: there is no earlier run. [no-such-run]")
    return found[1]


def _named(runs: list[Path], wanted: str) -> Path:
    found = [run for run in runs if run.name.startswith(wanted)]
    if not found:
        raise SettingsError(
            f"--agents-resume={wanted}: there is no such run. Folders and files of tests go before "
            "this option. [no-such-run]"
        )
    if len(found) > 1:
        names = ", ".join(run.name for run in found)
        raise SettingsError(
            f"--agents-resume={wanted}: several runs begin like this: {names}. [ambiguous-run]"
        )
    return found[0]


def _latest_incomplete(runs: list[Path]) -> Path:
    """The latest run that is not complete, and that no later run has resumed."""
    resumed = set()
    latest = None
    for run, earlier in _with_tests(runs):
        latest = latest or earlier
        if earlier.run not in resumed and not is_complete(earlier):
            return run
        if earlier.resumed is not None:
            resumed.add(earlier.resumed.run)
    if latest is None:
        raise SettingsError("--agents-resume: there is no earlier run. [no-such-run]")
    raise _nothing(f"run {latest.run}, the latest, is complete")


def _with_tests(runs: list[Path]) -> Iterator[tuple[Path, RunSummary]]:
    """The runs that came so far as to have a plan: only they say anything about tests."""
    return ((run, earlier) for run in runs if (earlier := _read(run)).tests)


def _read(run: Path) -> RunSummary:
    return PastRun(path=run).summary()


def _refuse_going_on(run: Path) -> None:
    if _goes_on(run):
        raise SettingsError(
            f"run {run.name} still goes on: wait for its end, or end it. [run-goes-on]"
        )


def _goes_on(run: Path) -> bool:
    """Whether the controller of a run lives; of one on another host nobody knows."""
    head = read_head(run / "run.json")
    return head is not None and not head.status.is_over and head.owner.is_alive


def _nothing(why: str) -> SettingsError:
    return SettingsError(f"--agents-resume: {why}: nothing to resume. [nothing-to-resume]")
