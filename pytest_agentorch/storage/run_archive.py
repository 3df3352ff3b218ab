"""An archive: the directory of a run that is over, as one `.tar.gz` beside the others."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pytest_agentorch.storage.run_directory import is_run_name, newest_first

ENDING = ".tar.gz"
_FIRST = ("run.json", "progress.json")
"""What is read to list a run: it comes first, so that nothing else is unpacked."""


def archives_in(parent: Path) -> list[Path]:
    """Return the archives in a folder, the newest first."""
    try:
        found = [path for path in parent.iterdir() if path.name.endswith(ENDING)]
    except OSError:
        return []
    return newest_first(path for path in found if is_run_name(path.name.removesuffix(ENDING)))


def parts_in(parent: Path) -> list[Path]:
    """Return what `pack` has begun in a folder."""
    return list(parent.glob(f".*{ENDING}.*"))


def archive_of(run: Path) -> Path:
    """Return where the archive of a run directory is, if there is one."""
    return run.with_name(run.name + ENDING)


def pack(run: Path) -> Path:
    """Make an archive of a run directory, which stays; whoever reads it finds it whole.

    Raises:
        OSError: it cannot be made; nothing of it is left.
    """
    # Not needed by a run that keeps no archives.
    import tarfile

    target = archive_of(run)
    handle, name = tempfile.mkstemp(dir=run.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
            rest = sorted(path.name for path in run.iterdir() if path.name not in _FIRST)
            for member in (*(name for name in _FIRST if (run / name).exists()), *rest):
                archive.add(run / member, f"{run.name}/{member}")
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return target


def unpacked(archive: Path, member: str) -> Iterator[bytes]:
    """Yield the lines of a file of an archived run.

    Raises:
        FileNotFoundError: it has none of that name.
        OSError: the archive cannot be read.
    """
    import tarfile
    import zlib

    wanted = f"{archive.name.removesuffix(ENDING)}/{member}"
    try:
        with tarfile.open(archive, "r:gz") as files:
            for info in files:
                if info.name == wanted:
                    yield from files.extractfile(info) or ()
                    return
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise OSError(f"{archive.name}: {error}") from error
    raise FileNotFoundError(f"{archive.name} has no {member}")
