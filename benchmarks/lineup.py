"""Lineup: the runners that can take part on an interpreter, and why the others cannot."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks import environment
from benchmarks.runner import AGENTORCH, PYTEST

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.runner import Runner

VERSIONS = (
    "import importlib.metadata as m, json;"
    "print(json.dumps({d.name.lower(): d.version for d in m.distributions()}))"
)
TOLD = ("execnet", "pluggy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineup:
    """Who runs, who does not and why, and the versions of all that is compared."""

    runners: tuple[Runner, ...]
    left_out: Mapping[str, str]
    versions: Mapping[str, str]


def install(
    runners: Sequence[Runner], *, python: Path, pins: Mapping[str, str], wheel: Path
) -> Mapping[str, str]:
    """Install what the runners need; the return says what pip could not do."""
    wanted = dict.fromkeys(runner.distribution for runner in runners)
    refused: dict[str, str] = {}
    for distribution in wanted:
        try:
            if distribution == AGENTORCH:
                environment.pip("install", str(wheel), python=python)
                again = ("--force-reinstall", "--no-deps")
                environment.pip("install", *again, str(wheel), python=python)
            else:
                environment.pip("install", pins[distribution], python=python)
        except environment.InstallationError as error:
            refused[distribution] = str(error).splitlines()[-1]
    return refused


def lineup(
    runners: Sequence[Runner], installed: Mapping[str, str], refused: Mapping[str, str]
) -> Lineup:
    """Tell runners apart by what is installed.

    Raises:
        environment.InstallationError: not even pytest is, so there is nothing to compare with.
    """
    if PYTEST not in installed:
        message = "pytest is not installed there."
        raise environment.InstallationError(message)
    there = tuple(runner for runner in runners if runner.distribution in installed)
    told = (*dict.fromkeys((PYTEST, *(runner.distribution for runner in there))), *TOLD)
    return Lineup(
        runners=there,
        left_out={
            runner.name: refused.get(runner.distribution, f"{runner.distribution} is not installed")
            for runner in runners
            if runner not in there
        },
        versions={name: installed[name] for name in told if name in installed},
    )


def installed(python: Path) -> Mapping[str, str]:
    """Distribution -> version, as the interpreter sees them."""
    command = [str(python), "-c", VERSIONS]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    versions: dict[str, str] = json.loads(done.stdout)
    return versions
