"""What makes data of pytest's reports: pytest's own hooks, also where they are switched off.

One process can do without them (`-p no:reports`, `-p no:subtests`); several cannot.
"""

from __future__ import annotations

import importlib
from typing import Any

import pytest


def lend(config: pytest.Config) -> None:
    """Register the hooks of pytest's plugins that are missing, and nothing else of them."""
    # Subtests know their reports, the other takes every report for its own: it comes last.
    for name in ("subtests", "reports"):
        if config.pluginmanager.hasplugin(name):
            continue
        try:
            module = importlib.import_module(f"_pytest.{name}")
        except ImportError:
            continue  # This pytest has no subtests.
        lent = _lent(module, is_last=name == "reports")
        config.pluginmanager.register(lent, f"agentorch-{name}")


def _lent(module: Any, *, is_last: bool) -> object:
    class Lent:
        @pytest.hookimpl(tryfirst=not is_last, trylast=is_last)
        def pytest_report_to_serializable(self, report: Any) -> object:
            return module.pytest_report_to_serializable(report=report)

        @pytest.hookimpl(tryfirst=not is_last, trylast=is_last)
        def pytest_report_from_serializable(self, data: dict[str, Any]) -> object:
            return module.pytest_report_from_serializable(data=data)

    return Lent()
