"""Failures as the controller has them: their text is ready, the rest is read when it is asked for.

To everybody who asks they are pytest's own: whoever touches their structure gets just that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from _pytest._code.code import (
    ExceptionChainRepr,
    ExceptionRepr,
    ReprExceptionInfo,
    ReprFileLocation,
)
from _pytest._io import TerminalWriter
from _pytest._io.terminalwriter import get_terminal_width
from _pytest.reports import _report_kwargs_from_json

from pytest_agentorch.model.screen import Screen
from pytest_agentorch.protocol.codec import load_data

_PACKED = "_agentorch_packed"
_STRUCTURE = frozenset(("reprtraceback", "chain"))


def screen_of(config: pytest.Config) -> Screen:
    """Return for what agents write their failures."""
    reporter: Any = config.pluginmanager.getplugin("terminalreporter")
    writer = getattr(reporter, "_tw", None)
    shown = config.getoption("tbstyle", "auto") != "no" and not getattr(
        reporter, "no_summary", False
    )
    return Screen(
        width=int(getattr(writer, "fullwidth", None) or get_terminal_width()),
        marked=shown and bool(getattr(writer, "hasmarkup", False)),
        highlight=bool(getattr(writer, "code_highlight", True)),
    )


def is_packed(longrepr: object) -> bool:
    """Whether a failure has come as texts."""
    return isinstance(longrepr, dict) and longrepr.keys() == {"$failure"}


def structure_of(longrepr: Mapping[str, Any]) -> Any:
    """Return the data that pytest has made of a failure."""
    return load_data(longrepr["$failure"]["structure"])


def failure(longrepr: Mapping[str, Any]) -> ExceptionRepr:
    """Return a failure that looks like pytest's own."""
    packed = longrepr["$failure"]
    kind = {"ExceptionChainRepr": _Chain, "ReprExceptionInfo": _Single}[packed["kind"]]
    crash = packed["crash"]
    made: Any = object.__new__(kind)
    vars(made).update(
        reprcrash=None if crash is None else ReprFileLocation(**crash),
        sections=[tuple(section) for section in packed["sections"]],
        **{_PACKED: packed},
    )
    whole: ExceptionRepr = made
    return whole


def text_for(tw: TerminalWriter, text: str | None, made_for: Mapping[str, Any]) -> str | None:
    """Return the text if it is what pytest would write there line by line."""
    if text is None or tw.fullwidth != made_for["width"]:
        return None
    if tw.hasmarkup and tw.code_highlight != made_for["highlight"]:
        return None
    encoding = getattr(tw._file, "encoding", None)  # noqa: SLF001 - it has no other name
    if encoding and not text.isascii():
        try:
            text.encode(encoding, getattr(tw._file, "errors", None) or "strict")  # noqa: SLF001
        except UnicodeEncodeError:
            # pytest writes just the lines that cannot be written in another way.
            return None
    return text


class _Ready:
    """What both kinds have in common."""

    def __getattr__(self, name: str) -> Any:
        if name not in _STRUCTURE or _PACKED not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        _unpack(self)
        return getattr(self, name)

    def __reduce_ex__(self, protocol: Any) -> Any:
        _unpack(self)
        return self.__reduce_ex__(protocol)

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write the text if it fits, or else what pytest makes of the structure."""
        packed = vars(self)[_PACKED]
        text = packed.get("marked" if tw.hasmarkup else "plain")
        text = None if vars(self).keys() & _STRUCTURE else text_for(tw, text, packed)
        if text is None:
            _unpack(self)
            self.toterminal(tw)
        else:
            tw.write(text)
            whole: Any = self
            ExceptionRepr.toterminal(whole, tw)


class _Chain(_Ready, ExceptionChainRepr):
    pass


class _Single(_Ready, ReprExceptionInfo):
    pass


for _kind, _theirs in ((_Chain, ExceptionChainRepr), (_Single, ReprExceptionInfo)):
    # Some ask for the name of a class that is not public.
    _kind.__name__, _kind.__qualname__ = _theirs.__name__, _theirs.__qualname__
    _kind.__module__ = _theirs.__module__


def _unpack(this: Any) -> None:
    """Become what pytest itself would have made of the data, with whatever was changed since."""
    own = vars(this)
    packed = own.pop(_PACKED)
    data = _report_kwargs_from_json({"longrepr": load_data(packed["structure"])})
    whole: Any = data["longrepr"]
    if isinstance(whole, ExceptionChainRepr):
        *before, (traceback, _, description) = whole.chain
        whole.chain = [*before, (traceback, own["reprcrash"], description)]
    for name, value in vars(whole).items():
        own.setdefault(name, value)
    this.__class__ = type(whole)
