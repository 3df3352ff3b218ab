"""`coverage run -m pytest`: agents are measured where new interpreters would be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.coverage_plugin_suite import left, places, write
from tests.functional.running import Ran, Suite

STARTS = pytest.mark.parametrize("start", ["--agents-start=fork", "--agents-start=spawn"])
WITHOUT_PLUGINS = ("-p", "no:cov")


def combined(ran: Ran) -> set[tuple[str, int, int]]:
    """What all data files say, which are removed."""
    found: set[tuple[str, int, int]] = set()
    for path in ran.suite.glob(".coverage.*"):
        found |= places(path)
        path.unlink()
    assert not left(ran)
    return found


@STARTS
@pytest.mark.parametrize("isolate", ["none", "test"])
def test_agents_are_measured_as_new_interpreters_are(
    suite: Suite, start: str, isolate: str
) -> None:
    """`patch = subprocess`: each process has a file of its own, as with xdist."""
    write(suite)
    suite.write_text(".coveragerc", "[run]\nbranch = true\nsource = project\npatch = subprocess\n")
    measured = ("-m", "coverage", "run")
    serial = suite.serial(*WITHOUT_PLUGINS, python=measured)
    expected = combined(serial)
    assert expected
    ran = suite.agents(2, start, f"--agents-isolate={isolate}", *WITHOUT_PLUGINS, python=measured)
    assert ran.code == 0, str(ran)
    assert combined(ran) == expected


@STARTS
def test_without_a_wish_for_it_only_the_controller_is_measured(suite: Suite, start: str) -> None:
    """As with xdist, whose workers are new interpreters."""
    write(suite)
    suite.write_text(".coveragerc", "[run]\nbranch = true\nsource = project\nparallel = true\n")
    ran = suite.agents(2, start, *WITHOUT_PLUGINS, python=("-m", "coverage", "run"))
    assert ran.code == 0, str(ran)
    assert len(list(Path(ran.suite).glob(".coverage.*"))) == 1
