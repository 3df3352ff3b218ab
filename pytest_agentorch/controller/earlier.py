"""What a run has to do with an earlier one."""

from __future__ import annotations

import pytest

from pytest_agentorch.controller.run import runs_folder
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.selection import Selection
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.results.resumption import selection
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.storage.earlier_runs import latest_run, run_to_resume


def earlier(
    config: pytest.Config, settings: Settings
) -> tuple[RunSummary | None, Selection | None]:
    """Return the run to resume, and which tests shall run because of the run before this one.

    Raises:
        pytest.UsageError: there is no such run.
    """
    try:
        if settings.resume is not None:
            return run_to_resume(runs_folder(config), settings.resume), None
        if settings.rerun is not None:
            return None, selection(latest_run(runs_folder(config)), settings.rerun)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from None
    return None, None
