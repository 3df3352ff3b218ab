"""The world in which a file is imported late: as it was when this process collected.

Tests and fixtures that have run since may have changed the working directory and the environment.
What an import changes itself lasts, as it does when all files are imported before the first test.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence


class ImportWorld:
    """Remembers the working directory, the environment and where modules are found."""

    def __init__(self, import_path: Sequence[str]) -> None:
        """Remember what is now, and where modules are found where everything was imported.

        Files put their folder there: tests may find modules of each other's folders.
        """
        self._directory = _directory()
        self._environment = dict(os.environ)
        self._import_path = import_path
        self._find_modules()

    @contextlib.contextmanager
    def again(self) -> Iterator[None]:
        """Go back to it for a while."""
        directory, environment = _directory(), dict(os.environ)
        _enter(self._directory)
        _change_environment(environment, self._environment)
        try:
            yield
        finally:
            if _directory() == self._directory:
                _enter(directory)
            imported = dict(os.environ)
            _change_environment(imported, _merged(environment, self._environment, imported))
            self._environment = imported
            self._find_modules()

    def _find_modules(self) -> None:
        known = set(self._import_path)
        sys.path[:] = [*(path for path in sys.path if path not in known), *self._import_path]


def _merged(
    environment: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, str]:
    """An environment with the changes between two others."""
    kept = {k: v for k, v in environment.items() if k in after or k not in before}
    return kept | {name: value for name, value in after.items() if before.get(name) != value}


def _change_environment(now: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    for name in now.keys() - wanted.keys():
        os.environ.pop(name, None)
    for name, value in wanted.items():
        if now.get(name) != value:
            os.environ[name] = value


def _directory() -> str | None:
    """The working directory; None if it is there no more."""
    try:
        return os.getcwd()  # noqa: PTH109 - a test may have replaced parts of pathlib
    except OSError:
        return None


def _enter(directory: str | None) -> None:
    if directory is not None and directory != _directory():
        with contextlib.suppress(OSError):
            os.chdir(directory)
