"""What GitHub is told of a run, if it is a step of a workflow there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_agentorch.model.settings import Github, GithubSettings
from pytest_agentorch.table import Table

_ANNOTATING_PLUGIN = "pytest_github_actions_annotate_failures"


def read_github(config: pytest.Config, table: Table) -> GithubSettings:
    """Return what is told; nothing outside of GitHub."""
    asked = config.option.agents_github or table.choice("github", Github) or "auto"
    wish = Github(asked)
    if wish is Github.OFF or os.environ.get("GITHUB_ACTIONS") != "true":
        return GithubSettings()
    # Each failure is annotated once.
    annotate = wish is Github.ANNOTATIONS or (
        wish is Github.AUTO and not config.pluginmanager.hasplugin(_ANNOTATING_PLUGIN)
    )
    summary = "" if wish is Github.ANNOTATIONS else os.environ.get("GITHUB_STEP_SUMMARY", "")
    return GithubSettings(annotate=annotate, step_summary=Path(summary) if summary else None)
