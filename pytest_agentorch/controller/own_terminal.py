"""pytest's own terminal: whether what shows reports is that, and nobody else has a say in it."""

from __future__ import annotations

from typing import Any

import pytest


def is_plain(reporter: Any) -> bool:
    """Whether a terminal is pytest's own, and has what is used here."""
    kind = type(reporter)
    return (
        kind.__module__ == "_pytest.terminal"
        and hasattr(reporter, "_add_stats")
        and hasattr(reporter, "_get_reports_to_display")
        and "pytest_runtest_logreport" not in vars(reporter)
    )


def only_pytest_shows(config: pytest.Config) -> bool:
    """Whether nobody else has a say in how reports are shown."""
    return all(
        name.startswith("_pytest.") for name in modules_of(config, "pytest_report_teststatus")
    )


def modules_of(config: pytest.Config, hook: str) -> list[str]:
    """Return where the functions are from that implement a hook."""
    implementations = getattr(config.hook, hook).get_hookimpls()
    return [one.function.__module__ for one in implementations]
