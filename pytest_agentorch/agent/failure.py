"""Failures, made text where they happened: agents do it side by side, the controller could not.

The structured form travels as one text, which nobody reads unless a plugin asks for it.
"""

from __future__ import annotations

from io import StringIO
from os import environ
from typing import Any

import pytest
from _pytest._code.code import ExceptionChainRepr, ReprExceptionInfo
from _pytest._io import TerminalWriter

from pytest_agentorch.model.screen import Screen
from pytest_agentorch.protocol.codec import dump_data

_KINDS = (ExceptionChainRepr, ReprExceptionInfo)
_THEME = ("PYTEST_THEME", "PYTEST_THEME_MODE")


class FailureWriter:
    """Writes failures for one screen."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._theme = _theme()

    def pack(self, report: pytest.TestReport | pytest.CollectReport, structure: Any) -> Any:
        """Return what travels of a failure: texts, and the structure that pytest has made of it.

        What is no failure of pytest's own kind, or cannot be packed, stays as it is.
        """
        failure: Any = report.longrepr
        if type(failure) not in _KINDS or not isinstance(structure, dict):
            return structure
        try:
            packed = {
                "kind": type(failure).__name__,
                "width": self._screen.width,
                "highlight": self._screen.highlight,
                "crash": structure["reprcrash"],
                "sections": structure["sections"],
                "structure": dump_data(structure),
            }
            if report.outcome == "failed" and not failure.sections:
                packed["plain"] = self._text(failure, marked=False)
                packed["marked"] = self._marked(failure)
        except Exception:  # noqa: BLE001 - any object of any plugin
            return structure
        return {"$failure": packed}

    def coloured(self, failure: Any) -> dict[str, Any] | None:
        """Return what is shown in colour of a failure that travels as plain text otherwise."""
        try:
            text = self._marked(failure)
        except Exception:  # noqa: BLE001 - any object of any plugin
            return None
        if text is None:
            return None
        screen = self._screen
        return {"text": text, "width": screen.width, "highlight": screen.highlight}

    def _marked(self, failure: Any) -> str | None:
        if self._screen.marked and _theme() == self._theme:
            return self._text(failure, marked=True)
        return None

    def _text(self, failure: Any, *, marked: bool) -> str | None:
        """Return a failure as text of whole lines; None if it is none."""
        file = StringIO()
        writer = TerminalWriter(file)
        writer.hasmarkup = marked
        writer.code_highlight = self._screen.highlight
        writer.fullwidth = self._screen.width
        failure.toterminal(writer)
        text = file.getvalue()
        return text if text.endswith("\n") else None


WRITER = pytest.StashKey[FailureWriter]()
"""Where a session has its writer."""


def _theme() -> list[str | None]:
    return [environ.get(name) for name in _THEME]
