"""Who runs, how, and who cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import runner
from benchmarks.environment import InstallationError
from benchmarks.lineup import lineup
from benchmarks.runner import AGENTORCH, PLUGINS, RUNNERS, XDIST, ZYGOTE, Runner

if TYPE_CHECKING:
    from pathlib import Path


def test_a_command_names_the_agents_and_keeps_other_plugins_away() -> None:
    """One environment has all of them, and importing one takes time that is not the runner's."""
    mine = Runner(name="mine", arguments=("-n{agents}", "--dist=load"), distribution=XDIST)
    others = ["-p", "no:agentorch", "-p", "no:zygote"]
    assert list(mine.command(8)) == [*others, "-n8", "--dist=load"]


def test_serial_pytest_has_no_plugin_at_all() -> None:
    """Not even an idle one."""
    off = [f"no:{name}" for names in PLUGINS.values() for name in names]
    assert [part for part in RUNNERS["serial"].command(2) if part != "-p"] == off


def test_chosen_runners_keep_the_tables_order_and_serial() -> None:
    """Nothing can be said about a runner without the serial run."""
    names = [each.name for each in runner.chosen(["agentorch", "xdist-load"])]
    assert names == ["serial", "xdist-load", "agentorch"]


def test_an_unknown_runner_is_refused_with_the_known_ones() -> None:
    """A misspelt one must not just be missing in the table."""
    with pytest.raises(LookupError, match=r"no runner 'xdits'.*Known: serial, xdist-load"):
        runner.chosen(["xdits"])


def test_peers_are_pinned(tmp_path: Path) -> None:
    """The extra's lines, by the names of their distributions."""
    (tmp_path / "pyproject.toml").write_text(
        '[project.optional-dependencies]\nbench = ["pytest==9.2.0", "pytest-xdist==3.8.0"]\n'
    )
    assert runner.pins(tmp_path) == {
        "pytest": "pytest==9.2.0",
        "pytest-xdist": "pytest-xdist==3.8.0",
    }


def test_every_peer_of_the_table_is_pinned_in_this_project(pytestconfig: pytest.Config) -> None:
    """A new runner cannot be forgotten there."""
    pins = runner.pins(pytestconfig.rootpath)
    assert {each.distribution for each in RUNNERS.values()} - {AGENTORCH} == set(pins)
    assert all("==" in pin for pin in pins.values())


def test_a_runner_that_is_not_installed_is_left_out_with_the_reason() -> None:
    """Pip's own words if it refused, otherwise that it is not there."""
    runners = runner.chosen(["zygote", "agentorch", "xdist-load"])
    there = {"pytest": "9.2.0", XDIST: "3.8.0", "pluggy": "1.7.0", "other": "1"}
    found = lineup(runners, there, {ZYGOTE: "no matching distribution"})
    assert [each.name for each in found.runners] == ["serial", "xdist-load"]
    assert found.left_out == {
        "zygote": "no matching distribution",
        "agentorch": "pytest-agentorch is not installed",
    }
    assert found.versions == {"pytest": "9.2.0", XDIST: "3.8.0", "pluggy": "1.7.0"}


def test_nothing_runs_without_pytest() -> None:
    """The serial run is what all others are compared with."""
    with pytest.raises(InstallationError, match="pytest is not installed"):
        lineup(runner.chosen(["xdist-load"]), {XDIST: "3.8.0"}, {})
