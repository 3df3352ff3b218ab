"""The files of the project: those of which one can be changed without anything being installed."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from pytest_agentorch.storage.digest import digest_of

_INSTALLED = frozenset(("site-packages", "dist-packages"))
_OURS = str(Path(__file__).parents[1])


class ProjectFiles:
    """Looks at each file once.

    Args:
        root: what names are relative to.
        began: what is written later may be other than what has been imported.
    """

    def __init__(self, root: Path, began: float) -> None:
        self.root = str(root)
        self._began = began
        self._ours: dict[str, bool] = {}
        self._stamps: dict[str, str | None] = {}

    def has(self, file: str) -> bool:
        """Whether a file is there, and is neither Python's nor that of an installed package."""
        found = self._ours.get(file)
        if found is None:
            found = self._ours[file] = self._is_ours(file)
        return found

    def loaded(self) -> Iterator[str]:
        """Yield the files of the modules that are loaded."""
        for module in list(sys.modules.values()):
            file = contents(module).get("__file__")
            if isinstance(file, str) and self.has(file):
                yield file

    def digest(self, files: Iterable[str]) -> str | None:
        """Return what tells these files, with their names, from others; None if it is not sure."""
        stamps = [self._stamp(file) for file in files]
        known = [stamp for stamp in stamps if stamp is not None]
        return digest_of("\n".join(sorted(known)).encode()) if len(known) == len(stamps) else None

    def are_as_they_were(self) -> bool:
        """Whether nothing was written that has a digest, nor what of the project is loaded."""
        below = (file for file in self.loaded() if Path(file).is_relative_to(self.root))
        unsure = {file for file, stamp in self._stamps.items() if stamp is None}
        return all(map(self.was_there, {*self._stamps, *below} - unsure))

    def was_there(self, file: str) -> bool:
        """Whether a file was there as it is now before the run began."""
        try:
            return not self._is_new(os.stat(file))  # noqa: PTH116
        except OSError:
            return False

    def name(self, file: str) -> str:
        """Call a file so that it is the same in another folder."""
        try:
            return Path(os.path.relpath(file, self.root)).as_posix()
        except ValueError:
            # It is on another drive.
            return file

    def _is_ours(self, file: str) -> bool:
        path = Path(file)
        return (
            path.is_absolute()
            and _INSTALLED.isdisjoint(path.parts)
            and not any(path.is_relative_to(folder) for folder in self._foreign)
            and path.is_file()
        )

    @cached_property
    def _foreign(self) -> tuple[str, ...]:
        paths = sysconfig.get_paths()
        return (_OURS, *(paths[name] for name in ("stdlib", "platstdlib") if name in paths))

    def _stamp(self, file: str) -> str | None:
        if file not in self._stamps:
            self._stamps[file] = self._read_stamp(file)
        return self._stamps[file]

    def _read_stamp(self, file: str) -> str | None:
        try:
            with Path(file).open("rb") as opened:
                content = opened.read()
                is_sure = not self._is_new(os.fstat(opened.fileno()))
        except OSError:
            return None
        return f"{self.name(file)} {digest_of(content)}" if is_sure else None

    def _is_new(self, found: os.stat_result) -> bool:
        # What is put in place of another file may be older than that, but not its place.
        return max(found.st_mtime, found.st_ctime) >= self._began


def contents(module: Any) -> dict[str, Any]:
    """Return what a module has; nothing of what only looks like one, which is not touched."""
    if not isinstance(module, ModuleType):
        return {}
    found: dict[str, Any] = ModuleType.__getattribute__(module, "__dict__")
    return found
