"""Python's warning of forks beside threads: the threads of an agent do not count.

Since 3.12 `os.fork` warns in a process with threads. Plain pytest has none, an agent has some: so a
test would be warned of what it cannot know, or fail where warnings are errors.
"""

from __future__ import annotations

import os
import re
import sys
import threading
import warnings
from collections.abc import Generator
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_agentorch.system import native

_TASKS = "/proc/self/task"
_os: Any = SimpleNamespace(**vars(os))
_add_filter: Any = getattr(warnings, "_add_filter", None)


class _NoThreadButOurs:
    """In the place of a filter's pattern: matches this warning where plain pytest has none."""

    _pattern = re.compile(r"This process \(pid=\d+\) is multi-threaded, use of ")

    def match(self, text: str) -> bool:
        """Whether a warning is to be ignored."""
        return self._pattern.match(text) is not None and not _has_threads()


_FILTER = ("ignore", _NoThreadButOurs(), DeprecationWarning, None, 0)


class ForkWarning:
    """A plugin that puts its filter before those that pytest sets up for each test."""

    @staticmethod
    def install(config: pytest.Config) -> None:
        """Register it where Python has that warning."""
        if sys.version_info >= (3, 12) and hasattr(os, "fork") and _add_filter is not None:
            config.pluginmanager.register(ForkWarning(), "agentorch-fork-warning")

    # pytest's own wrappers are outside of these, and restore the filters.

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Generator[None, object, object]:
        """Be there while modules are imported."""
        _add_filter(*_FILTER, append=False)
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """Be there while a test runs."""
        _add_filter(*_FILTER, append=False)
        return (yield)


def _has_threads() -> bool:
    """Whether there would be threads if this were no agent."""
    try:
        tasks = {int(name) for name in _os.listdir(_TASKS)}
    except OSError:
        return threading.active_count() > 1
    return len(tasks - native.threads()) > 1
