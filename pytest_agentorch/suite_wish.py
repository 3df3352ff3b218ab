"""What a suite makes of the wish to distribute tests: conftests change xdist's options.

Some go back to one process (`dist`, `numprocesses` or `tx`), some cap the number, some ask for
workers where nobody has. It is done as under `-n`, at the moments at which xdist itself looks.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from pytest_agentorch import xdist_marks
from pytest_agentorch.model.errors import SettingsError

_OFF = "agents: none, a conftest or plugin has switched distribution off (numprocesses, dist or tx)"
_WORDS = ("auto", "logical")


class SuiteWish:
    """Registered before conftests are, and after all plugins that are installed.

    So hooks of conftests come before those of this class, and those of xdist behind them.
    """

    def __init__(self) -> None:
        self._set: int | str | None = None
        self._workers = 0

    @pytest.hookimpl(specname="pytest_cmdline_main", wrapper=True, tryfirst=True)
    def pytest_cmdline_begins(self, config: pytest.Config) -> Generator[None, object, object]:
        """Let `numprocesses` be what was asked for; where `-n` was given it stays that."""
        xdist_marks.complete_options(config)
        if xdist_marks.are_options_known(config) and not xdist_marks.is_distributing(config):
            self._set = _as_numprocesses(config)
            if self._set is not None:
                xdist_marks.set_options(config, numprocesses=self._set)
        return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> None:
        """Take what conftests have made of it before xdist would, and do for it what xdist does."""
        if self._set is None:
            return
        found = xdist_marks.option(config, "numprocesses")
        if found != self._set:
            config.option.agents = str(found or 0)
        number = _number(config)
        self._workers = xdist_marks.distribute(config, number)

    @pytest.hookimpl(specname="pytest_cmdline_main")
    def pytest_cmdline_ends(self, config: pytest.Config) -> None:
        """Take what other conftests have made of that, and leave nothing to start for xdist."""
        if self._set is None:
            return
        specs = xdist_marks.specs(config)
        if not specs:
            config.option.agents = "0"
            note(config)
        elif all(str(spec) == "popen" for spec in specs):
            if len(specs) != self._workers:
                config.option.agents = str(len(specs))
            xdist_marks.set_options(config, numprocesses=None, tx=[])


def note(config: pytest.Config) -> None:
    """Tell the user why there are no agents."""

    class Note:
        def pytest_report_header(self) -> str:
            return _OFF

    config.pluginmanager.register(Note(), "agentorch-switched-off")


def _as_numprocesses(config: pytest.Config) -> int | str | None:
    """What was asked for, as xdist would have it; None for what cannot be."""
    from pytest_agentorch.options import asked_for

    try:
        asked = asked_for(config)[1]
    except SettingsError:
        # Whoever reads the settings tells it.
        return None
    if asked in _WORDS:
        return asked
    return int(asked) if asked.isascii() and asked.isdecimal() and asked.strip("0") else None


def _number(config: pytest.Config) -> int:
    """How many workers xdist would start."""
    from pytest_agentorch.agents_asked import asked_number
    from pytest_agentorch.options import asked_for
    from pytest_agentorch.system.capacity import find_capacity

    cpus = find_capacity().cpus
    try:
        number: Any = asked_number(*asked_for(config), cpus, config)
    except SettingsError:
        return 1
    return max(1, int(cpus)) if number is None else int(number)
