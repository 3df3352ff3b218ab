"""Coverage data: how measuring begins, and how what many processes have measured becomes one file.

All that is measured goes into folders of the run; the project's own data file comes at the end.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_agentorch.storage.coverage_journal import Journal

if TYPE_CHECKING:
    from coverage import Coverage, CoverageData

COMBINED = "combined.coverage"
"""The data of a run in its folder: the project's own data file is that of the latest run."""

_BASE = ".coverage"


def new_coverage(sources: Sequence[str] | None) -> Coverage:
    """Return a `Coverage` as the project wants it.

    Raises:
        coverage.exceptions.CoverageException: its configuration is wrong.
    """
    from coverage import Coverage

    return Coverage(source=sources, data_suffix=True)


def redirect(cov: Coverage, folder: Path) -> Path:
    """Let it, and processes that are started here, save in a folder; return where it would have.

    Args:
        cov: it has not been started.
        folder: it is there.
    """
    before = Path(cov.config.data_file).absolute()
    cov.set_option("run:data_file", str(folder / _BASE))
    if "multiprocessing" in cov.config.concurrency:
        # Its processes read the configuration themselves, and this.
        os.environ["COVERAGE_FILE"] = str(folder / _BASE)
    return before


def final_coverage(sources: Sequence[str] | None, data_file: Path) -> Coverage:
    """Return a `Coverage` for what is merged; it reads its configuration now."""
    from coverage import Coverage

    return Coverage(source=sources, data_file=str(data_file), data_suffix=False)


def merge(cov: Coverage, journals: Iterable[Journal], folders: Sequence[Path]) -> None:
    """Take in what agents have written down, and what other processes have left in folders.

    Args:
        cov: gets it.
        journals: what agents have written down.
        folders: where data files are; they stay, for a run that may be finished later.
    """
    for folder in folders:
        # A process may have been killed while it saved.
        drop_damaged(folder / _BASE)
    save_journals(journals, folders[0] / _BASE)
    files = [path for folder in folders for path in folder.glob(f"{_BASE}.*")]
    found = [str(path) for path in files if not path.name.endswith("-journal")]
    if found:
        # Without any it would look into the project's folder.
        cov.combine(found, keep=True)
    cov.save()


def keep(merged: Path, data_file: Path) -> None:
    """Replace the project's data file by what was merged; there is none if nothing was measured.

    Raises:
        OSError: there is no place for it.
    """
    if merged.exists():
        data_file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(merged, data_file)
    else:
        data_file.unlink(missing_ok=True)


def save_journals(journals: Iterable[Journal], data_file: Path) -> None:
    """Save what journals say beside a data file, where it is found when that is combined."""
    from coverage import CoverageData

    data = CoverageData(basename=str(data_file), suffix="journals")
    _write(data, journals)
    data.close()


def drop_damaged(data_file: Path) -> None:
    """Remove what nobody can read of the files beside a data file: it cannot be combined."""
    for path in data_file.parent.glob(f"{data_file.name}.*"):
        if not _is_whole(path):
            path.unlink(missing_ok=True)


def _is_whole(path: Path) -> bool:
    import sqlite3

    try:
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute("SELECT version FROM coverage_schema").fetchall()
            return bool(database.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def take_over(earlier: Path, folder: Path) -> None:
    """Copy what processes of an earlier run have measured, so that it belongs to this one."""
    with contextlib.suppress(OSError):
        for path in earlier.iterdir():
            if path.name == COMBINED:
                continue
            # The same agents are there again.
            mark = "" if path.name.startswith(_BASE) else f"{earlier.parent.name}-"
            shutil.copyfile(path, folder / f"{mark}{path.name}")


def empty(folder: Path) -> None:
    """Remove what was measured: nobody needs it any more."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            path.unlink()


def _write(data: CoverageData, journals: Iterable[Journal]) -> None:
    """Write down as data of coverage what journals say."""
    lines: defaultdict[str, defaultdict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    arcs: defaultdict[str, defaultdict[str, set[tuple[int, int]]]]
    arcs = defaultdict(lambda: defaultdict(set))
    touched: dict[str, str] = {}
    for journal in journals:
        touched.update(journal.touched)
        for one in journal.measured:
            lines[one.context][one.file].update(one.lines)
            arcs[one.context][one.file].update(one.arcs)
        # After the files have lines: a tracer belongs to a file that is known.
        touched.update(journal.tracers)
    for context in lines:
        data.set_context(context)
        if any(arcs[context].values()):
            data.add_arcs(arcs[context])
        else:
            data.add_lines(lines[context])
    if lines:
        for file, tracer in touched.items():
            data.touch_file(file, tracer)
