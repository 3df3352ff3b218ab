"""Of the runs of a project the newest stay, older ones become archives or go."""

from __future__ import annotations

import contextlib
import json
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.keep import Keep
from pytest_agentorch.storage.retention import tidy
from pytest_agentorch.storage.run_archive import ENDING, archives_in, pack, unpacked
from pytest_agentorch.storage.run_directory import new_run_id
from tests.unit.storage.run_directories import DEAD, NOW, make, names, over_with


def test_the_oldest_runs_go(tmp_path: Path) -> None:
    """The newest `keep` stay."""
    runs = [over_with(make(tmp_path, second)).path for second in range(4)]
    assert set(tidy(tmp_path, Keep(runs=2), NOW)) == set(runs[:2])
    assert names(tmp_path) == [path.name for path in runs[2:]]


def test_the_run_that_is_over_now_comes_first(tmp_path: Path) -> None:
    """Others may have begun later."""
    runs = [over_with(make(tmp_path, second)).path for second in range(3)]
    assert set(tidy(tmp_path, Keep(runs=1), NOW, runs[0])) == set(runs[1:])


def test_a_run_in_progress_stays_and_does_not_count(tmp_path: Path) -> None:
    """This very process owns it."""
    active = make(tmp_path, 0)
    finished = [over_with(make(tmp_path, second)) for second in (1, 2)]
    assert tidy(tmp_path, Keep(runs=1), NOW) == (finished[0].path,)
    assert active.path.exists()


def test_a_run_whose_process_is_gone_is_as_good_as_finished(tmp_path: Path) -> None:
    """It was killed before it could say so."""
    killed = make(tmp_path, owner=DEAD)
    assert tidy(tmp_path, Keep(runs=0), NOW) == (killed.path,)


def test_a_pid_that_belongs_to_somebody_else_by_now_protects_nothing(tmp_path: Path) -> None:
    """The time at which the process was made tells them apart."""
    killed = make(tmp_path, owner=replace(DEAD, pid=os.getpid()))
    assert tidy(tmp_path, Keep(runs=0), NOW) == (killed.path,)


def test_a_run_in_another_container_stays_for_a_day(tmp_path: Path) -> None:
    """Whether its process lives cannot be asked from here."""
    other = make(tmp_path, owner=replace(DEAD, host="elsewhere.example"))
    made = other.path.stat().st_mtime
    assert tidy(tmp_path, Keep(runs=0), made + 80_000) == ()
    assert tidy(tmp_path, Keep(runs=0), made + 90_000) == (other.path,)


@pytest.mark.parametrize("text", [None, "", "{", "[]", '{"status": "new", "pid": 1}'])
def test_an_unreadable_run_goes_only_when_it_cannot_be_newborn(
    tmp_path: Path, text: str | None
) -> None:
    """Another run may have made its directory a moment ago."""
    path = tmp_path / new_run_id(NOW, b"\x01")
    path.mkdir()
    if text is not None:
        (path / "run.json").write_text(text)
    made = path.stat().st_mtime
    assert tidy(tmp_path, Keep(runs=0), made + 1) == ()
    assert tidy(tmp_path, Keep(runs=0), made + 3600) == (path,)


def test_what_is_not_named_like_a_run_is_left_alone(tmp_path: Path) -> None:
    """Nor is a link followed."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "20231114T221320Z-00").write_text("a file")
    elsewhere = over_with(make(tmp_path / "notes")).path
    link = tmp_path / "20231114T221320Z-01"
    link.symlink_to(elsewhere, target_is_directory=True)
    assert tidy(tmp_path, Keep(runs=0), NOW + 1e6) == ()
    assert elsewhere.exists()


def test_without_a_parent_there_is_nothing_to_drop(tmp_path: Path) -> None:
    """The first run of a project."""
    assert tidy(tmp_path / "none", Keep(runs=3), NOW) == ()


def test_what_cannot_be_removed_does_not_stop_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user's run, or one that another process removes right now."""
    runs = [over_with(make(tmp_path, second)).path for second in range(2)]
    remove = os.rmdir

    def stubborn(path: Any, **options: Any) -> None:
        if str(path) == str(runs[1]):
            raise PermissionError(1, "Operation not permitted")
        remove(path, **options)

    monkeypatch.setattr(os, "rmdir", stubborn)
    assert tidy(tmp_path, Keep(runs=0), NOW) == (runs[0],)


def test_older_runs_become_archives(tmp_path: Path) -> None:
    """So many; the others go. What is archived can be read, its record first."""
    runs = [over_with(make(tmp_path, second)).path for second in range(5)]
    (runs[2] / "events.jsonl").write_text("one\ntwo\n")
    keep = Keep(runs=2, archives=2)
    assert set(tidy(tmp_path, keep, NOW)) == set(runs[:3])
    left = [name for name in names(tmp_path) if not name.startswith(".")]
    archives = [path.name + ENDING for path in runs[1:3]]
    assert left == sorted([*archives, *(path.name for path in runs[3:])])
    newest, _ = archives_in(tmp_path)
    assert list(unpacked(newest, "events.jsonl")) == [b"one\n", b"two\n"]
    record = b"".join(unpacked(newest, "run.json"))
    assert json.loads(record)["id"] == runs[2].name
    with pytest.raises(FileNotFoundError):
        list(unpacked(newest, "nothing"))
    assert tidy(tmp_path, Keep(runs=2), NOW) == ()
    assert archives_in(tmp_path) == []


def test_a_run_of_which_no_archive_can_be_made_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full, or there can be no lock: the next run tries again."""
    runs = [over_with(make(tmp_path, second)).path for second in range(2)]
    keep = Keep(runs=1, archives=1)

    def full(*args: Any, **named: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(tarfile, "open", full)
        assert tidy(tmp_path, keep, NOW) == ()
    lock = tmp_path / ".archive.lock"
    lock.unlink()
    lock.mkdir()
    assert tidy(tmp_path, keep, NOW) == ()
    assert names(tmp_path) == [lock.name, *(path.name for path in runs)]
    lock.rmdir()
    assert tidy(tmp_path, keep, NOW) == (runs[0],)
    assert [path.name for path in archives_in(tmp_path)] == [runs[0].name + ENDING]


def test_what_a_killed_run_has_begun_to_pack_goes(tmp_path: Path) -> None:
    """With the next archive."""
    for second in range(2):
        over_with(make(tmp_path, second))
    (tmp_path / f".20231114T221320Z-01{ENDING}.x7a").write_bytes(b"half")
    tidy(tmp_path, Keep(runs=1, archives=1), NOW)
    assert [name for name in names(tmp_path) if name.startswith(".")] == [".archive.lock"]


def test_what_is_too_old_goes_however_few_there_are(tmp_path: Path) -> None:
    """Directories and archives; a run in use stays."""
    day = 86_400.0
    over_with(make(tmp_path, 0))
    tidy(tmp_path, Keep(runs=0, archives=9), NOW)
    young = over_with(make(tmp_path, int(day))).path
    active = make(tmp_path, 1)
    keep = Keep(runs=9, archives=9, days=2.0)
    assert tidy(tmp_path, keep, NOW + 2 * day) == ()
    assert len(archives_in(tmp_path)) == 1
    assert tidy(tmp_path, keep, NOW + 2.5 * day) == ()
    assert archives_in(tmp_path) == []
    assert tidy(tmp_path, keep, NOW + 3.5 * day) == (young,)
    assert active.path.exists()


def test_a_broken_archive_is_an_error_of_the_disk(tmp_path: Path) -> None:
    """Whoever lists runs passes over it."""
    path = tmp_path / f"20231114T221320Z-01{ENDING}"
    path.write_bytes(b"no archive")
    assert archives_in(tmp_path) == [path]
    with pytest.raises(OSError, match="20231114T221320Z-01"):
        list(unpacked(path, "run.json"))


def test_a_damaged_archive_is_one_too(tmp_path: Path) -> None:
    """Wherever it is damaged, or ends: at worst something else is read."""
    directory = over_with(make(tmp_path))
    directory.event_log.write_text("\n".join(str(3**n) for n in range(400)))
    whole = pack(directory.path)
    content = whole.read_bytes()
    for place in range(0, len(content), 499):
        flipped = bytes([content[place] ^ 8])
        for damaged in (content[:place], content[:place] + flipped + content[place + 1 :]):
            whole.write_bytes(damaged)
            with contextlib.suppress(OSError):
                list(unpacked(whole, "events.jsonl"))
