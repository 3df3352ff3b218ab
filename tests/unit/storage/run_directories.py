"""Run directories for tests: of runs that go on, are over, or were killed."""

from __future__ import annotations

import platform
from pathlib import Path

from pytest_agentorch.model.event import Event
from pytest_agentorch.model.ids import RunId
from pytest_agentorch.storage.run_directory import RunDirectory, new_run_id
from pytest_agentorch.storage.run_record import Owner
from tests.unit.event_builders import START, a_run, over, summary_of
from tests.unit.settings_builder import some_settings

NOW = START
DEAD = Owner(host=platform.node(), pid=2**22 + 1, created=1.0)


def make(parent: Path, second: int = 0, owner: Owner | None = None) -> RunDirectory:
    """A run directory of a run that began `second` seconds after the first."""
    run = new_run_id(NOW + second, b"\x01\x02")
    return RunDirectory.create(parent, run, settings=some_settings(), now=NOW + second, owner=owner)


def over_with(directory: RunDirectory, *events: Event) -> RunDirectory:
    """Save a run that is over."""
    directory.save(summary_of(a_run(run=RunId(directory.path.name)), *(events or (over(),))))
    return directory


def names(parent: Path) -> list[str]:
    """What is in the parent."""
    return sorted(path.name for path in parent.iterdir())
