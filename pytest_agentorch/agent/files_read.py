"""Which files of the project this process has read, besides its code."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pytest_agentorch.storage.digest import digest_of_file

CODE = (".py", ".pyc", ".pyo")
_WRITES = os.O_TRUNC | os.O_EXCL | os.O_APPEND
_ACCESS = os.O_RDONLY | os.O_WRONLY | os.O_RDWR

# Bound here: tests may replace these.
_stat = os.stat
_absolute = os.path.abspath

_Stamp = tuple[int, ...] | None


class FilesRead:
    """Hears of each file that Python opens; what this process has written itself does not count.

    Folders with a dot are those of tools.

    Args:
        root: of the project.
        cache: pytest's own folder, which does not count either.
    """

    def __init__(self, root: Path, cache: Path) -> None:
        self._root = f"{root}{os.sep}"
        self._cache = f"{cache}{os.sep}"
        self._stamps: dict[str, _Stamp] = {}
        self._written: set[str] = set()

    @classmethod
    def listen(cls, root: Path, cache: Path) -> FilesRead:
        """Begin to listen; nothing ends that."""
        files = cls(root, cache)
        sys.addaudithook(files.hear)
        return files

    def hear(self, event: str, args: tuple[Any, ...]) -> None:
        """Take note of an event of Python's; what is raised here would reach the project."""
        if event == "open":
            with contextlib.suppress(Exception):
                self._note(args[0], args[2])

    def digests(self, more: Iterable[str]) -> dict[str, str] | None:
        """Return what tells the contents from others; None if one is not as it was read.

        Of a file that was not there it is empty.

        Args:
            more: files that count, too.
        """
        found = {path: digest_of_file(path) for path in more}
        for path, stamp in list(self._stamps.items()):
            if path not in self._written:
                if _stamp(path) != stamp:
                    return None
                found[path] = digest_of_file(path)
        return found

    def _note(self, opened: Any, flags: int) -> None:
        path = _absolute(os.fsdecode(opened))
        if path in self._stamps or not self._counts(path):
            return
        if flags & _WRITES or flags & _ACCESS == os.O_WRONLY:
            self._written.add(path)
        elif path not in self._written:
            self._stamps[path] = _stamp(path)

    def _counts(self, path: str) -> bool:
        if not path.startswith(self._root) or path.endswith(CODE) or path.startswith(self._cache):
            return False
        return f"{os.sep}." not in os.path.dirname(path[len(self._root) - 1 :])  # noqa: PTH120


def _stamp(path: str) -> _Stamp:
    """What is other after a change; None if there is no such file."""
    try:
        found = _stat(path)
    except OSError:
        return None
    is_file = stat.S_ISREG(found.st_mode)
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns) if is_file else None
