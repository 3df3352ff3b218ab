"""What GitHub is told at the end of a run that is a step of a workflow there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.controller.run import RunRecorder
from pytest_agentorch.model.settings import Settings
from pytest_agentorch.reporting.broken_file import BrokenFile
from pytest_agentorch.reporting.github_annotations import annotation_lines
from pytest_agentorch.reporting.github_summary import MOST_BYTES, step_summary


class GithubStep:
    """Prints annotations where GitHub reads them, and appends to the summary of the step."""

    def __init__(self, config: pytest.Config, settings: Settings, recorder: RunRecorder) -> None:
        self._config = config
        self._settings = settings
        self._recorder = recorder

    @classmethod
    def install(cls, config: pytest.Config, settings: Settings, recorder: RunRecorder) -> None:
        """Register one."""
        config.pluginmanager.register(cls(config, settings, recorder), "agentorch-github")

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell it."""
        github, broken = self._settings.github, _broken(terminalreporter)
        if github.step_summary is not None:
            try:
                self._append(github.step_summary, broken)
            except OSError as error:
                why = f"{github.step_summary}: {error.strerror}"
                terminalreporter.line(f"! reporter github failed: {why}  [reporter-failed]")
        if github.annotate:
            folder = _folder(self._config.rootpath)
            for line in annotation_lines(self._recorder.summary(), broken, folder=folder):
                terminalreporter.line(line)

    def _append(self, path: Path, broken: list[BrokenFile]) -> None:
        used = path.stat().st_size if path.exists() else 0
        text = step_summary(
            self._recorder.summary(),
            self._recorder.recommendations(),
            broken,
            bound=self._recorder.analysis().bound,
            room=MOST_BYTES - used,
        )
        with path.open("a", encoding="utf-8", errors="replace", newline="\n") as file:
            file.write(text)


def _broken(terminalreporter: Any) -> list[BrokenFile]:
    """The files that pytest's terminal has told errors of."""
    return [
        BrokenFile(path=report.nodeid.partition("::")[0], trace=report.longreprtext)
        for report in terminalreporter.stats.get("error", ())
        if isinstance(report, pytest.CollectReport)
    ]


def _folder(rootdir: Path) -> str:
    """Where the tests are in the repository; empty if they are all of it, or not in it."""
    workspace = os.environ.get("GITHUB_WORKSPACE", "")
    if not workspace or not rootdir.is_relative_to(workspace):
        return ""
    folder = rootdir.relative_to(workspace).as_posix()
    return "" if folder == "." else f"{folder}/"
