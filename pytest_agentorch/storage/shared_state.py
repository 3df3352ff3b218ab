"""Small JSON documents that all agents of a run share: a file each, and a lock beside it. Public.

A document is replaced in one go, so who reads sees the old one or the new one, and needs no lock;
whoever dies while changing it leaves the old one. A lock is the system's: it is free as soon as
its holder is gone.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pytest_agentorch.model.coordination_error import (
    DocumentLockedError,
    DocumentNameError,
    NoDocumentError,
    SharedStateError,
)
from pytest_agentorch.model.plain_json import from_json, to_json
from pytest_agentorch.storage.file_lock import locked
from pytest_agentorch.storage.whole_file import write_whole
from pytest_agentorch.system.clock import CLOCK
from pytest_agentorch.system.native import Event

PATIENCE_SECONDS = 5.0
"""So long a document is waited for that somebody else is changing."""
_POLL_SECONDS = 0.005
_TRIES = 100 if os.name == "nt" else 0
_NAME = re.compile(r"[0-9a-z][0-9a-z._-]{0,99}")
_ENDING = ".json"
_NOTHING: Any = object()

T = TypeVar("T")


class SharedState:
    """The fixture `agent_state`: documents that all agents of the run read and change.

    Args:
        folder: where they are; made when the first one is written.
        name: of this agent, for those who wait for it.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    def read(self, name: str, default: Any = _NOTHING) -> Any:
        """Return a document as it is now.

        Args:
            name: of the document: small letters, digits, `.`, `_` and `-`.
            default: what to return if there is none.

        Raises:
            NoDocumentError: there is none, and no default.
            SharedStateError: something else has written into its file.
        """
        try:
            text = _insist(lambda: self._file(name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            if default is _NOTHING:
                known = ", ".join(self.keys()) or "none"
                raise NoDocumentError(
                    f"there is no document {name!r}. There are: {known}. [no-document]"
                ) from None
            return default
        try:
            return from_json(text)
        except ValueError as error:
            raise SharedStateError(
                f"the document {name!r} is no JSON any more: {error}. Something else has written "
                f"into {self._file(name)}. [document-damaged]"
            ) from None

    def write(self, name: str, value: object, *, timeout: float = PATIENCE_SECONDS) -> None:
        """Make a document, or replace it.

        Raises:
            NotJsonError: JSON does not know the value; the document is as it was.
            DocumentLockedError: somebody is changing it for longer than so many seconds.
        """
        text = to_json(value, f"the document {name!r}")
        with self._locked(name, timeout):
            _insist(lambda: write_whole(self._file(name), text))

    def update(
        self,
        name: str,
        change: Callable[[Any], object],
        default: Any = None,
        *,
        timeout: float = PATIENCE_SECONDS,
    ) -> Any:
        """Change a document, while nobody else does.

        Args:
            name: of the document.
            change: is given the document and returns the new one. If it raises, nothing is changed.
            default: what it is given if there is none.
            timeout: how many seconds to wait for whoever is changing it.

        Returns:
            The new document.

        Raises:
            NotJsonError, DocumentLockedError: as for `write`.
        """
        with self._locked(name, timeout):
            text = to_json(change(self.read(name, default)), f"the document {name!r}")
            _insist(lambda: write_whole(self._file(name), text))
        return from_json(text)

    def delete(self, name: str, *, timeout: float = PATIENCE_SECONDS) -> bool:
        """Remove a document; say whether there was one."""
        with self._locked(name, timeout):
            try:
                _insist(self._file(name).unlink)
            except FileNotFoundError:
                return False
        return True

    def keys(self) -> list[str]:
        """The names of all documents, in alphabetical order."""
        try:
            files = os.listdir(self._folder)  # noqa: PTH208 - names are wanted
        except FileNotFoundError:
            return []
        names = (file.removesuffix(_ENDING) for file in files if file.endswith(_ENDING))
        return sorted(filter(_NAME.fullmatch, names))

    def _file(self, name: str) -> Path:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise DocumentNameError(
                f"{name!r} is no name for a document: use up to 100 small letters, digits, '.', "
                "'_' and '-', a letter or digit first. [bad-document-name]"
            )
        return self._folder / f"{name}{_ENDING}"

    @contextlib.contextmanager
    def _locked(self, name: str, timeout: float) -> Iterator[None]:
        file = self._file(name)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        holder = file.with_name(f"{name}.holder")
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(locked(file.with_name(f"{name}.lock"), timeout, _POLL_SECONDS))
            except TimeoutError:
                raise DocumentLockedError(
                    f"the document {name!r} has been locked by {_told(holder)}, and was waited for "
                    f"{timeout:g} s. [document-locked]"
                ) from None
            holder.write_text(to_json(self._self(), "a holder"), encoding="utf-8")
            yield

    def _self(self) -> list[Any]:
        # pytest says there what runs in this process.
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" (")[0]
        return [self._name, test, os.getpid(), CLOCK()]


def _insist(act: Callable[[], T]) -> T:
    """Do it, where Windows refuses to change a file that is being read, or to read it meanwhile."""
    for _ in range(_TRIES):
        try:
            return act()
        except PermissionError:
            Event().wait(_POLL_SECONDS)
    return act()


def _told(holder: Path) -> str:
    """Tell who has a document."""
    try:
        name, test, pid, at = from_json(holder.read_text(encoding="utf-8"))
        since = datetime.fromtimestamp(at).astimezone()
    except (OSError, ValueError, TypeError):
        return "somebody who has only just begun"
    where = f" in {test}" if test else ""
    return f"{name}{where} (process {pid}) since {since:%H:%M:%S}"
