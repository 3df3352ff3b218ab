"""The runs of a project, in directories and archives."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.event import Event
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.keep import Keep
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.results.run_entry import RunEntry
from pytest_agentorch.storage.event_log import encode
from pytest_agentorch.storage.past_runs import PastRun, find_run, past_runs
from pytest_agentorch.storage.retention import tidy
from pytest_agentorch.storage.run_archive import archive_of, pack
from pytest_agentorch.storage.run_directory import RunDirectory
from pytest_agentorch.storage.run_record import Owner
from tests.unit.event_builders import START, a_run, connected, over, plan_of, ran, summary_of
from tests.unit.storage.run_directories import DEAD, make

EVENTS: tuple[Event, ...] = (
    a_run(),
    plan_of(3),
    connected("gw0"),
    *ran(0),
    *ran(1, Outcome.FAILED),
)


def the_entry(run: PastRun) -> RunEntry:
    """Its line, a minute after it began."""
    entry = run.entry(START + 60.0)
    assert entry is not None
    return entry


def over_run(parent: Path, second: int = 0) -> RunDirectory:
    """A run of two tests and one that never ran."""
    directory = make(parent, second)
    (directory.path / "events.jsonl").write_text(
        "".join(encode(one) for one in (*EVENTS, over(not_run=1)))
    )
    directory.save(summary_of(*EVENTS, over(not_run=1)))
    return directory


def test_directories_and_archives_are_one_list(tmp_path: Path) -> None:
    """The newest first; one that is both counts once."""
    first, second = over_run(tmp_path, 1), over_run(tmp_path, 2)
    pack(first.path)
    runs = past_runs(tmp_path)
    assert [run.run for run in runs] == [second.path.name, first.path.name]
    assert [run.is_archived for run in runs] == [False, True]
    assert past_runs(None) == past_runs(tmp_path / "none") == []


def test_what_is_archived_is_read_as_what_is_not(tmp_path: Path) -> None:
    """Its line, its status and its whole summary."""
    directory = over_run(tmp_path)
    (plain,) = past_runs(tmp_path)
    pack(directory.path)
    (archived,) = past_runs(tmp_path)
    assert the_entry(archived) == replace(the_entry(plain), is_archived=True)
    assert archived.summary() == plain.summary() == summary_of(*EVENTS, over(not_run=1))
    entry = the_entry(plain)
    assert (entry.status, entry.tests, entry.failed, entry.not_run) == ("completed", 3, 1, 1)
    assert entry.seconds == 10.0


def test_a_run_that_has_become_an_archive_meanwhile_is_read_there(tmp_path: Path) -> None:
    """Another run may end at any moment."""
    directory = over_run(tmp_path)
    (run,) = past_runs(tmp_path)
    entry, summary = the_entry(run), run.summary()
    pack(directory.path)
    shutil.rmtree(directory.path)
    assert (the_entry(run), run.summary()) == (entry, summary)
    archive_of(directory.path).unlink()
    assert run.entry(START) is None
    assert not run.summary().tests


def progress_file(run: Path) -> None:
    """What a run had written when it was seen last."""
    tests = {"total": 9, "finished": 4, "failed": 2, "error": 1}
    moment = "2023-11-14T22:13:27.000+00:00"
    (run / "progress.json").write_text(json.dumps({"updated": moment, "tests": tests}))


def test_a_run_that_was_killed_is_told_as_it_was_seen_last(tmp_path: Path) -> None:
    """Its record is as old as its plan."""
    directory = make(tmp_path, owner=DEAD)
    progress_file(directory.path)
    (run,) = past_runs(tmp_path)
    entry = the_entry(run)
    assert (entry.status, entry.tests, entry.failed, entry.not_run) == ("killed", 9, 3, 5)
    assert entry.seconds == 7.0


def test_a_run_that_goes_on_takes_until_now(tmp_path: Path) -> None:
    """Also if it has written nothing about its progress yet."""
    directory = make(tmp_path, owner=Owner.this_process())
    (run,) = past_runs(tmp_path)
    assert (the_entry(run).status, the_entry(run).seconds) == ("initializing", 60.0)
    progress_file(directory.path)
    assert (the_entry(run).tests, the_entry(run).seconds) == (9, 60.0)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"status": "new"}'])
def test_what_cannot_be_read_has_no_line(tmp_path: Path, text: str) -> None:
    """It is no run that anybody knows."""
    directory = over_run(tmp_path)
    directory.run_file.write_text(text)
    (run,) = past_runs(tmp_path)
    assert run.entry(START) is None
    assert run.status() == ""


@pytest.mark.parametrize(
    "bad",
    [None, "x", {}, -1, 1e400, 10**400],
    ids=["none", "text", "object", "negative", "infinite", "huge"],
)
def test_what_has_been_changed_is_no_reason_to_fail(tmp_path: Path, bad: Any) -> None:
    """Wherever that is: all other runs are still listed, shown and dropped."""
    directory = make(tmp_path, owner=DEAD)
    progress_file(directory.path)
    over_run(tmp_path, 1)
    for name in ("run.json", "progress.json"):
        file = directory.path / name
        whole = json.loads(file.read_text())
        for changed in (
            *({**whole, key: bad} for key in whole),
            *(
                {**whole, "tests": {**whole.get("tests", {}), key: bad}}
                for key in ("total", "failed")
            ),
            {**whole, "phases": {"unit": {"total": 1, "failed": bad}}},
        ):
            file.write_text(json.dumps(changed))
            entries = [run.entry(START) for run in past_runs(tmp_path)]
            assert entries[0] is not None
            assert tidy(tmp_path, Keep(), START) == ()
        file.write_text(json.dumps(whole))


def test_a_run_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    """Or as the last one; what is not clear is an error."""
    first, second = over_run(tmp_path, 1).path.name, over_run(tmp_path, 2).path.name
    runs = past_runs(tmp_path)
    assert find_run(runs, "last").run == second
    assert find_run(runs, first[:16]).run == first
    with pytest.raises(SettingsError, match=r"several runs.*\[ambiguous-run\]"):
        find_run(runs, "2023")
    for wanted in ("1999", ""):
        with pytest.raises(SettingsError, match=r"\[no-such-run\]"):
            find_run(runs, wanted)
    with pytest.raises(SettingsError, match=r"\[no-such-run\]"):
        find_run([], "last")
