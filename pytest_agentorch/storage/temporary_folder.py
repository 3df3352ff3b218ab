"""A temporary folder of a process: removed at its end, or by a later one if it was killed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from json import JSONDecoder, JSONEncoder
from pathlib import Path

from pytest_agentorch.model.frozen import as_dict
from pytest_agentorch.storage.run_record import Owner

# Bound here: tests may replace it.
_getpid = os.getpid
_to_json = JSONEncoder().encode
_from_json = JSONDecoder().decode
_PREFIX = "agentorch-"
_OWNER = "owner.json"


class TemporaryFolder:
    """Is there from the beginning; those of processes that were killed are removed then.

    Attributes:
        path: where it is.

    Raises:
        OSError: there is no place for one.
    """

    def __init__(self, kind: str = "") -> None:
        _remove_abandoned(Path(tempfile.gettempdir()))
        self.path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{kind}"))
        owner = Owner.this_process()
        self._pid = owner.pid
        with contextlib.suppress(OSError):
            # A folder will do where there is no place for a file.
            (self.path / _OWNER).write_text(_to_json(as_dict(owner)), encoding="utf-8")

    def remove(self) -> None:
        """Remove it, unless this is a child that was forked from its process."""
        if _getpid() == self._pid:
            shutil.rmtree(self.path, ignore_errors=True)


def _remove_abandoned(parent: Path) -> None:
    for path in parent.glob(f"{_PREFIX}*"):
        owner = _owner(path)
        if owner is not None and owner.is_here and not owner.is_alive:
            shutil.rmtree(path, ignore_errors=True)


def _owner(folder: Path) -> Owner | None:
    """Whose it is; None if nobody has said so, or if it is of another user."""
    try:
        told = _from_json((folder / _OWNER).read_text(encoding="utf-8"))
        return Owner(host=told["host"], pid=int(told["pid"]), created=float(told["created"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
