"""Many processes have measured: one data file comes of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

from pytest_agentorch.model.measured import Measured
from pytest_agentorch.storage.coverage_data import (
    drop_damaged,
    empty,
    final_coverage,
    keep,
    merge,
    new_coverage,
    redirect,
    save_journals,
    take_over,
)
from pytest_agentorch.storage.coverage_journal import Journal


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project without a configuration of coverage."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COVERAGE_FILE", raising=False)


def journal(context: str = "", **files: tuple[int, ...]) -> Journal:
    """The journal of an agent that has covered lines."""
    measured = [
        Measured(agent="gw0", phase="unit", context=context, file=f"/{name}.py", lines=lines)
        for name, lines in files.items()
    ]
    return Journal("gw0", measured=measured)


def merged(*journals: Journal, child: dict[str, list[int]] | None = None) -> CoverageData:
    """What comes of journals, and of what a child has left."""
    folder = Path("run")
    folder.mkdir()
    if child is not None:
        left = CoverageData(str(folder / ".coverage"), suffix="host.1.x")
        left.add_lines(child)
        left.close()
    cov = final_coverage(None, Path(".coverage").absolute())
    merge(cov, journals, [folder])
    data = CoverageData(".coverage")
    data.read()
    return data


def test_all_that_was_covered_is_there() -> None:
    """By agents, in all contexts, and by their children."""
    data = merged(
        journal(a=(1, 2)), journal(a=(2, 3)), journal("other", b=(7,)), child={"/a.py": [9]}
    )
    assert {file: data.lines(file) for file in sorted(data.measured_files())} == {
        "/a.py": [1, 2, 3, 9],
        "/b.py": [7],
    }
    assert data.measured_contexts() == {"", "other"}


def test_files_of_plugins_and_files_that_nobody_ran() -> None:
    """A file may be one that only a plugin of coverage can read."""
    one = journal(a=(1,))
    one.measured.append(Measured(agent="gw0", phase="", context="", file="/page.html", lines=(4,)))
    one.tracers["/page.html"] = "templates"
    one.touched.update({"/never.py": "", "/page.html": "templates"})
    data = merged(one)
    assert data.file_tracer("/page.html") == "templates"
    assert data.lines("/never.py") == []


def test_what_a_killed_process_has_written_in_part_is_no_matter() -> None:
    """All else is put together."""
    folder = Path("run")
    folder.mkdir()
    many = {f"file_{n}": tuple(range(2000)) for n in range(50)}
    save_journals([journal("", **many)], folder / "cut")
    (path,) = folder.glob("cut.*")
    content = bytearray(path.read_bytes())
    content[len(content) // 2 :] = bytes(len(content) - len(content) // 2)
    path.unlink()
    (folder / ".coverage.host.1.x").write_bytes(content)
    cov = final_coverage(None, Path("merged").absolute())
    merge(cov, [journal(a=(1, 2))], [folder])
    assert cov.get_data().lines("/a.py") == [1, 2]


def test_the_project_s_file_is_replaced_by_what_was_merged() -> None:
    """Where nothing was measured there is none."""
    data_file = Path("data/mine")
    Path("merged").write_text("new")
    for _ in range(2):
        keep(Path("merged"), data_file)
        assert data_file.read_text() == "new"
        data_file.write_text("old")
    keep(Path("missing"), data_file)
    assert not data_file.exists()


def test_nothing_was_covered() -> None:
    """What lies in the project's folder belongs to somebody else."""
    other = CoverageData(".coverage", suffix="host.1.x")
    other.add_lines({"/a.py": [1]})
    other.close()
    assert not merged().measured_files()
    assert len(list(Path().glob(".coverage.*"))) == 1


def test_processes_save_in_the_folder_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that the project wants comes at the end."""
    Path(".coveragerc").write_text("[run]\ndata_file = data/mine\nconcurrency = multiprocessing\n")
    monkeypatch.setenv("COVERAGE_FILE", "")
    cov = new_coverage(None)
    assert redirect(cov, Path("/run")) == Path("data/mine").absolute()
    assert cov.get_option("run:data_file") == str(Path("/run/.coverage"))
    assert Coverage().get_option("run:data_file") == str(Path("/run/.coverage"))


def test_an_earlier_part_is_taken_over() -> None:
    """Journals of the same agents do not replace each other."""
    earlier, folder = Path("runs/one/coverage"), Path("runs/two/coverage")
    for path in (earlier, folder):
        path.mkdir(parents=True)
        (path / "gw0.journal").write_text(str(path))
    (earlier / ".coverage.host.1.x").touch()
    take_over(earlier, folder)
    take_over(Path("runs/missing/coverage"), folder)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [".coverage.host.1.x", "gw0.journal", "one-gw0.journal"]
    empty(folder)
    assert not list(folder.iterdir())
    assert len(list(earlier.iterdir())) == 2


def test_journals_become_a_file_that_is_combined(tmp_path: Path) -> None:
    """With their contexts, each place once."""
    one, two = Journal("gw0"), Journal("gw1")
    for each, context in ((one, ""), (two, ""), (two, "test_it.py::test_it|run")):
        each.measured.append(
            Measured(agent=each.agent, phase="", context=context, file="a.py", lines=(1, 2))
        )
    save_journals([one, two], tmp_path / ".coverage")
    (path,) = tmp_path.glob(".coverage.*")
    data = CoverageData(str(path))
    data.read()
    assert data.lines("a.py") == [1, 2]
    assert data.measured_contexts() == {"", "test_it.py::test_it|run"}


def test_journals_without_anything_leave_no_file(tmp_path: Path) -> None:
    """An agent may have ended before its first test."""
    save_journals([Journal("gw0")], tmp_path / ".coverage")
    assert not list(tmp_path.iterdir())


def test_files_that_nobody_can_read_are_removed(tmp_path: Path) -> None:
    """Those of processes that were killed while they wrote; and no others."""
    whole = CoverageData(str(tmp_path / ".coverage"), suffix="whole")
    whole.add_lines({f"{n}.py": range(1, 2000) for n in range(50)})
    whole.close()
    content = (tmp_path / ".coverage.whole").read_bytes()
    for name, data in {"cut": content[: len(content) // 2], "empty": b"", "text": b"text"}.items():
        (tmp_path / f".coverage.{name}").write_bytes(data)
    (tmp_path / ".coveragerc").write_text("[run]\n")
    drop_damaged(tmp_path / ".coverage")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".coverage.whole", ".coveragerc"]
