"""Which earlier run is meant, and why it cannot be finished."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.event import Event, RunResumed
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.storage.earlier_runs import latest_run, run_to_resume
from pytest_agentorch.storage.event_log import EventLog
from pytest_agentorch.storage.run_directory import RunDirectory
from pytest_agentorch.storage.run_record import Owner
from tests.unit.event_builders import START, a_run, connected, over, plan_of, ran
from tests.unit.settings_builder import some_settings
from tests.unit.storage.run_directories import DEAD

KILLED = (plan_of(2), connected("gw0"), *ran(0))
COMPLETE = (*KILLED, *ran(1), over())
Write = Callable[..., RunId]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the log of a run; the next one is later."""
    numbers = iter(range(10))

    def make(*events: Event, owner: Owner = DEAD) -> RunId:
        number = next(numbers)
        run = RunId(f"2023111{number}T221320Z-0a1b2c3d")
        directory = RunDirectory.create(
            tmp_path, run, settings=some_settings(), now=START, owner=owner
        )
        log = EventLog(directory.event_log)
        for event in (a_run(run=run), *events):
            log.on_event(event)
        log.close()
        return run

    return make


def resumes(run: RunId) -> RunResumed:
    """That a run finishes another."""
    return RunResumed(run=run, gone=(), at=START)


def complaint(parent: Path | None, wanted: str = "") -> str:
    """Why no run can be finished."""
    with pytest.raises(SettingsError) as error:
        run_to_resume(parent, wanted)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_it_is_the_latest_that_is_not_complete(write: Write, tmp_path: Path) -> None:
    """What was run since in one go is another matter."""
    write(*KILLED)
    second = write(*KILLED)
    write(*COMPLETE)
    assert run_to_resume(tmp_path, "").run == second
    assert run_to_resume(tmp_path, "last").run == second


def test_one_that_has_been_resumed_is_done(write: Write, tmp_path: Path) -> None:
    """If the run that did so has come to its tests: its log then has all verdicts."""
    first = write(*KILLED)
    write(resumes(first))
    assert run_to_resume(tmp_path, "").run == first
    write(resumes(first), *COMPLETE)
    assert "is complete: nothing to resume. [nothing-to-resume]" in complaint(tmp_path)


def test_a_resumed_run_is_resumed_in_its_turn(write: Write, tmp_path: Path) -> None:
    """It may be killed, too."""
    second = write(resumes(write(*KILLED)), *KILLED)
    assert run_to_resume(tmp_path, "").run == second


def test_a_run_is_named_by_the_beginning_of_its_id(write: Write, tmp_path: Path) -> None:
    """As much of it as no other begins with."""
    first, _ = write(*KILLED), write(*KILLED)
    assert run_to_resume(tmp_path, "20231110").run == first
    assert complaint(tmp_path, "2023").endswith("[ambiguous-run]")
    assert complaint(tmp_path, "tests/").startswith("--agents-resume=tests/: there is no such run")


def test_without_any_run_there_is_none(tmp_path: Path) -> None:
    """Nor where pytest has no cache."""
    for parent in (tmp_path, tmp_path / "missing", None):
        assert complaint(parent) == "--agents-resume: there is no earlier run. [no-such-run]"
        with pytest.raises(SettingsError, match="no-such-run"):
            latest_run(parent)


def test_a_named_run_must_have_something_to_finish(write: Write, tmp_path: Path) -> None:
    """One that was killed while it collected has not."""
    complete, early = write(*COMPLETE), write()
    assert "is complete: nothing" in complaint(tmp_path, complete)
    assert "ended before its tests were known: nothing" in complaint(tmp_path, early)


def test_a_run_that_goes_on_is_left_alone(write: Write, tmp_path: Path) -> None:
    """Its controller lives."""
    write(*COMPLETE)
    mine = write(*KILLED, owner=Owner.this_process())
    assert complaint(tmp_path).startswith(f"run {mine} still goes on")
    assert latest_run(tmp_path).run != mine


def test_half_a_line_at_the_end_is_no_matter(write: Write, tmp_path: Path) -> None:
    """The controller was killed while it wrote; anything else that cannot be read is an error."""
    run = write(*KILLED)
    log = tmp_path / run / "events.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"event":"TestFin')
    assert run_to_resume(tmp_path, "").tally.ran == 1
    log.write_bytes(b"{}\n" + whole)
    assert complaint(tmp_path).endswith("[bad-event-log]")


def test_a_directory_without_a_log_is_passed_over(write: Write, tmp_path: Path) -> None:
    """It has just been made, or is being removed."""
    first, second = write(*KILLED), write(*KILLED)
    (tmp_path / second / "events.jsonl").unlink()
    assert run_to_resume(tmp_path, "").run == first
    assert latest_run(tmp_path).run == first


def test_a_log_that_has_lost_its_beginning_is_found_all_the_same(
    write: Write, tmp_path: Path
) -> None:
    """The folder tells which run it is."""
    run = write(*KILLED)
    log = tmp_path / run / "events.jsonl"
    log.write_bytes(log.read_bytes().partition(b"\n")[2])
    assert run_to_resume(tmp_path, "").tally.ran == 1
