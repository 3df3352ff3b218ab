"""`--agents-runs` and `--agents-show`: earlier runs are told of, and no test runs."""

from __future__ import annotations

import pytest
from _pytest.config import create_terminal_writer

from pytest_agentorch.controller.run import runs_folder
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.reporting.runs_text import past_run, runs_table
from pytest_agentorch.storage.past_runs import find_run, past_runs
from pytest_agentorch.system.clock import CLOCK


def show_past(config: pytest.Config) -> int:
    """Tell what was asked for; return the exit code.

    Raises:
        pytest.UsageError: there is no such run.
    """
    # pytest does so for `--markers` and the like: plugins have what they need, and nothing runs.
    config._do_configure()  # noqa: SLF001 - no public way
    try:
        _show(config)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None
    finally:
        config._ensure_unconfigure()  # noqa: SLF001
    return 0


def _show(config: pytest.Config) -> None:
    writer = create_terminal_writer(config)
    runs = past_runs(runs_folder(config))
    wanted = config.option.agents_show
    if wanted is None:
        entries = [run.entry(CLOCK()) for run in runs]
        for line in runs_table([entry for entry in entries if entry is not None]):
            writer.line(line)
        return
    run = find_run(runs, wanted)
    for section in past_run(
        run.summary(),
        run.status() or "unknown",
        width=writer.fullwidth,
        verbosity=config.get_verbosity(),
        with_traces=config.option.tbstyle != "no",
    ):
        if section.title:
            writer.sep("=", section.title)
        for line in section.lines:
            writer.line(line)
