"""Source tree: a suite's files, made anew before each run so that no run sees another's traces."""

from __future__ import annotations

import shutil
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from benchmarks.environment import pip
from benchmarks.suite import Folder, Sdist

if TYPE_CHECKING:
    from pathlib import Path

TRACES = frozenset(
    {
        "__pycache__",
        ".pytest_cache",
        ".hypothesis",
        ".mypy_cache",
        ".ruff_cache",
        ".tox",
        ".nox",
        "node_modules",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceTree:
    """An sdist or a folder (`source`), and the place where it is laid out (`path`)."""

    source: Path
    path: Path

    @property
    def title(self) -> str:
        """The name with its version, where there is one."""
        return self.source.name.removesuffix(".tar.gz")

    def refresh(self) -> None:
        """Lay the files out again, at the same path, as the source has them."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self.source.is_dir():
            copy(self.source, self.path)
        else:
            _unpack(self.source, self.path)


def source_tree(origin: Sdist | Folder, *, home: Path) -> SourceTree:
    """The tree of a suite below its home folder, fetched if need be and laid out."""
    match origin:
        case Sdist():
            source = _fetch(origin, home / "sdist")
        case Folder():
            source = origin.path
        case _:
            assert_never(origin)
    tree = SourceTree(source=source, path=home / "tree")
    tree.refresh()
    return tree


def copy(source: Path, target: Path) -> None:
    """Copy a project without environments and without what earlier runs left in it."""

    def left_out(folder: str, names: list[str]) -> set[str]:
        here = source / folder
        environments = {name for name in names if (here / name / "pyvenv.cfg").is_file()}
        return environments | (TRACES & set(names))

    shutil.copytree(source, target, ignore=left_out, symlinks=True)


def _fetch(origin: Sdist, folder: Path) -> Path:
    """The sdist's file; one that an earlier comparison fetched is used again."""
    store = folder / origin.requirement
    found = sorted(store.glob("*.tar.gz"))
    if not found:
        # Named, not ":all:", which would build the project's build back end from source too.
        chosen = ("--no-binary", origin.project, "--no-deps")
        pip("download", *chosen, "--dest", str(store), origin.requirement)
        found = sorted(store.glob("*.tar.gz"))
    (only,) = found
    return only


def _unpack(sdist: Path, target: Path) -> None:
    """Unpack an sdist so that its only top folder becomes `target`."""
    beside = target.with_name(f"{target.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    with tarfile.open(sdist) as archive:
        archive.extractall(beside, filter="data")
    (top,) = beside.iterdir()
    top.rename(target)
    beside.rmdir()


def remove(home: Path) -> None:
    """Forget all that was fetched, laid out and installed for a suite."""
    shutil.rmtree(home, ignore_errors=True)
