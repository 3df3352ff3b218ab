"""`migrate --check`: the tests of a project on both runners, each in a process of its own."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from pytest_agentorch.migration import outcome_recorder
from pytest_agentorch.migration.comparison import (
    RunnerResult,
    comparison_lines,
    differences,
)
from pytest_agentorch.migration.wish import Wish
from pytest_agentorch.model.errors import SettingsError

_LAST_LINES = 30


def check(folder: Path, wish: Wish, args: Sequence[str], write: Callable[[str], object]) -> int:
    """Run the tests with xdist and on agents; return 0 if they ended in the same way, else 1.

    Args:
        folder: of the project.
        wish: what the tests run on.
        args: for pytest, both times.
        write: takes one line for the user.

    Raises:
        SettingsError: there is nothing to compare.
    """
    if find_spec("xdist") is None:
        raise SettingsError(
            f"--check runs the tests with pytest-xdist, too, and {sys.executable} does not have "
            "it: install it there. [migrate-without-xdist]"
        )
    results = []
    for runner, options in (("xdist", wish.for_xdist), ("agents", wish.for_agents)):
        words = [*options, *args]
        write(f"{runner}: pytest {shlex.join(words)}")
        results.append(_run(folder, runner, words))
    first, second = results
    different = differences(first, second)
    for line in comparison_lines(first, second, different):
        write(line)
    return int(bool(different) or first.code != second.code)


def _run(folder: Path, runner: str, words: Sequence[str]) -> RunnerResult:
    with tempfile.TemporaryDirectory(prefix="agentorch-check-") as records:
        outcomes, output = Path(records, "outcomes.json"), Path(records, "output")
        plugin = ("-p", outcome_recorder.__name__, f"{outcome_recorder.OPTION}={outcomes}")
        command = [sys.executable, "-m", "pytest", *plugin, *words]
        began = time.perf_counter()
        with output.open("wb") as file:
            ended = subprocess.run(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
        seconds = time.perf_counter() - began
        told = json.loads(outcomes.read_text("utf-8")) if outcomes.exists() else []
        if not told:
            last = output.read_text("utf-8", "replace").splitlines()[-_LAST_LINES:]
            raise SettingsError(
                f"the run with {runner} had no outcomes that can be compared (exit code "
                f"{ended.returncode}). Its last lines are:\n"
                + "\n".join(last)
                + "\n[migrate-no-outcomes]"
            )
    return RunnerResult(
        runner=runner,
        seconds=seconds,
        code=ended.returncode,
        outcomes=tuple((node_id, outcome) for node_id, outcome in told),
    )
