"""What GitHub is told of a run."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.github_choice import read_github
from pytest_agentorch.model.settings import GithubSettings
from pytest_agentorch.table import Table

SUMMARY = Path("summary.md")
NOTHING = GithubSettings()
BOTH = GithubSettings(annotate=True, step_summary=SUMMARY)
ANNOTATIONS = GithubSettings(annotate=True)
ONLY_SUMMARY = GithubSettings(step_summary=SUMMARY)


def read(option: str | None, key: str | None, plugin: str = "") -> GithubSettings:
    """What is told of a run with an option, a key and a plugin."""
    config: Any = Namespace(
        option=Namespace(agents_github=option),
        pluginmanager=Namespace(hasplugin=lambda name: name == plugin),
    )
    values = {} if key is None else {"github": key}
    return read_github(config, Table(values, "[tool.agentorch]", ("github",)))


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step of a workflow."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(SUMMARY))


@pytest.mark.usefixtures("step")
@pytest.mark.parametrize(
    ("option", "key", "told"),
    [
        (None, None, BOTH),
        ("auto", "off", BOTH),
        (None, "off", NOTHING),
        ("off", "auto", NOTHING),
        ("summary", None, ONLY_SUMMARY),
        (None, "annotations", ANNOTATIONS),
    ],
)
def test_the_option_wins_over_the_key(
    option: str | None, key: str | None, told: GithubSettings
) -> None:
    """Without either both are told."""
    assert read(option, key) == told


@pytest.mark.usefixtures("step")
def test_another_plugin_that_annotates_is_left_to_it() -> None:
    """Unless ours are asked for."""
    plugin = "pytest_github_actions_annotate_failures"
    assert read(None, None, plugin) == ONLY_SUMMARY
    assert read("annotations", None, plugin) == ANNOTATIONS


def test_outside_of_workflows_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is asked for."""
    monkeypatch.setenv("GITHUB_ACTIONS", "")
    assert read("annotations", "auto") == NOTHING


def test_without_a_file_there_is_no_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under tox, which hides its variable, for one."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    assert read(None, None) == ANNOTATIONS
