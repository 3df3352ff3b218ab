"""Who asks which agent this is while it may still become several.

A process that has collected as gw0 and is forked then: whoever kept that name has it in all agents.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any, NamedTuple

_ENVIRONMENT: Any = os.environ
_ENVIRONMENT_IN_BYTES: Any = getattr(os, "environb", None)  # on POSIX systems
_VARIABLE = "PYTEST_XDIST_WORKER"
_SHARED = frozenset(("workercount", "testrunuid", "mainargv", "randomly_seed"))
"""What all agents get the same of; the rest is the name, and what plugins have given to each."""
_STANDARD_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - of code objects
_GO_BETWEENS = ("xdist", "pytest_agentorch")
"""Packages that ask on behalf of whoever has called them, as the standard library does."""


class Asker(NamedTuple):
    """A line of code that asked."""

    module: str
    path: str
    line: int
    what: str


class IdentityWatch:
    """Notes who asks; lets everybody have the answer."""

    def __init__(self) -> None:
        self._askers: dict[Asker, None] = {}
        self._watches = True

    @property
    def askers(self) -> tuple[Asker, ...]:
        """Everybody who has asked, in order."""
        return tuple(self._askers)

    def watched(self, workerinput: dict[str, Any]) -> dict[str, Any]:
        """Return a dictionary with the same content that is watched."""
        return _WorkerInput(workerinput, lambda key: self._note(f'workerinput["{key}"]'))

    def watch_environment(self) -> None:
        """Let the variable be found by name, but be in no copy of the environment.

        Such a copy is made for other reasons, and the name in it would be wrong in all agents but
        one.
        """
        value = _ENVIRONMENT.pop(_VARIABLE)
        hidden = (os.fsencode(_VARIABLE), os.fsencode(value))
        _exchange(_Environment(_data(), hidden, lambda: self._note(_VARIABLE)))

    def end(self) -> None:
        """Make everything plain again: this process is one agent from now on."""
        self._watches = False
        data = _data()
        if isinstance(data, _Environment):
            _exchange(dict(data))
            if data.hidden is not None:
                _ENVIRONMENT[_VARIABLE] = os.fsdecode(data.hidden[1])

    def _note(self, what: str) -> None:
        if not self._watches:
            return
        frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - who asks, not what it is told
        while frame is not None and _is_go_between(frame):
            if frame.f_code.co_name == "__contains__":
                return  # Whether there is a name is the same for all agents.
            frame = frame.f_back
        if frame is not None:
            module = str(frame.f_globals.get("__name__", ""))
            asker = Asker(module, frame.f_code.co_filename, frame.f_lineno, what)
            self._askers[asker] = None


class _WorkerInput(dict[str, Any]):
    """`config.workerinput`; a copy of the whole has the id, so who copies it asks for it."""

    def __init__(self, content: dict[str, Any], note: Callable[[str], None]) -> None:
        super().__init__(content)
        self._own = content.keys() - _SHARED
        self._note = note

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return dict, (dict(self),)

    def __getitem__(self, key: str) -> Any:
        if key in self._own:
            self._note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        if key in self._own:
            self._note(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        # Without it `dict(this)` and `{**this}` would not look the values up one by one.
        return super().__iter__()

    def pop(self, key: str, *default: Any) -> Any:
        if key in self._own:
            self._note(key)
        return super().pop(key, *default)

    def items(self) -> Any:
        self._note("workerid")
        return super().items()

    def values(self) -> Any:
        self._note("workerid")
        return super().values()

    def copy(self) -> dict[str, Any]:
        return dict(self)


class _Environment(dict[bytes, bytes]):
    """What `os.environ` keeps its variables in, with one more that is only found by name."""

    def __init__(
        self, content: dict[bytes, bytes], hidden: tuple[bytes, bytes], note: Callable[[], None]
    ) -> None:
        super().__init__(content)
        self.hidden: tuple[bytes, bytes] | None = hidden
        self._note = note

    def __missing__(self, key: bytes) -> bytes:
        if self.hidden is None or key != self.hidden[0]:
            raise KeyError(key)
        self._note()
        return self.hidden[1]

    def __setitem__(self, key: bytes, value: bytes) -> None:
        if self.hidden is not None and key == self.hidden[0]:
            self.hidden = None
        super().__setitem__(key, value)

    def __delitem__(self, key: bytes) -> None:
        if self.hidden is not None and key == self.hidden[0]:
            self.hidden = None
        else:
            super().__delitem__(key)


def _is_go_between(frame: FrameType) -> bool:
    path = frame.f_code.co_filename
    if path.startswith("<frozen "):
        return True
    if path.startswith(_STANDARD_LIBRARY):
        return "site-packages" not in path
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] in _GO_BETWEENS


def _data() -> dict[bytes, bytes]:
    data: dict[bytes, bytes] = _ENVIRONMENT._data  # noqa: SLF001
    return data


def _exchange(data: dict[bytes, bytes]) -> None:
    """Give both views of the environment another store."""
    _ENVIRONMENT._data = data  # noqa: SLF001
    _ENVIRONMENT_IN_BYTES._data = data  # noqa: SLF001
