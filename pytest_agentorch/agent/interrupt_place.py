"""The place where an agent was interrupted, as the controller tells it to the user."""

from __future__ import annotations

import pytest
from _pytest import runner


def interrupt_place(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """Return file, line and error; empty if no code of the user ran."""
    # All of it runs from there: tests, their fixtures, and the import of test modules.
    if not any(str(entry.path) == runner.__file__ for entry in excinfo.traceback):
        return ""
    crash = getattr(excinfo.getrepr(style="short"), "reprcrash", None)
    return "" if crash is None else str(crash)
