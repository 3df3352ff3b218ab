"""Run: one pytest of a suite, from start to the last of its processes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import junit, leftover

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.environment import Environment
    from benchmarks.tree import SourceTree

GRACE_SECONDS = 2.0
TIME_LIMIT = "time limit"
# What the caller's shell may set and the run must not see.
PRIVATE = (
    "COLUMNS",
    "FORCE_COLOR",
    "NO_COLOR",
    "PYTEST_ADDOPTS",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
    "PYTEST_PLUGINS",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
)
# pytest's last line: "1 failed, 3 passed, 2 warnings in 0.90s (0:00:01)".
COUNTS = re.compile(r"(\d+ [a-z]+.*|no tests ran) in [\d.]+s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What came of it.

    `ending` is the exit code or, when the run had to be killed, `TIME_LIMIT`; `counts` is what
    pytest's last line counts, or the last line there is; `files_left` are names in the run's
    temporary folder that are not pytest's.
    """

    label: str
    ending: str
    wall_seconds: float
    verdicts: junit.Verdicts
    counts: str
    processes_left: tuple[leftover.Leftover, ...]
    files_left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where runs of one suite take place; `folder` keeps what they write."""

    tree: SourceTree
    environment: Environment
    pytest_args: tuple[str, ...]
    folder: Path
    time_limit_seconds: float

    def run(self, label: str, *extra: str) -> Run:
        """Run the suite on fresh files; the output stays in the folder under the label."""
        self.tree.refresh()
        traces = self.folder / re.sub(r"[^\w.=-]+", "_", label)
        shutil.rmtree(traces, ignore_errors=True)
        traces.mkdir(parents=True)
        command = [str(self.environment.python), "-m", "pytest", "-q", "--color=no"]
        command += [f"--junitxml={traces / 'junit.xml'}", *self.pytest_args, *extra]
        with tempfile.TemporaryDirectory(prefix="run-", ignore_cleanup_errors=True) as temporary:
            token = leftover.token()
            ending, wall_seconds = self._perform(command, traces, _variables(token, temporary))
            processes_left = leftover.end_leftovers(token, grace_seconds=GRACE_SECONDS)
            files_left = _foreign(Path(temporary))
        return Run(
            label=label,
            ending=ending,
            wall_seconds=wall_seconds,
            verdicts=junit.read(traces / "junit.xml"),
            counts=_counts(traces / "output.txt"),
            processes_left=processes_left,
            files_left=files_left,
        )

    def _perform(
        self, command: Sequence[str], traces: Path, variables: dict[str, str]
    ) -> tuple[str, float]:
        start = time.perf_counter()
        with (traces / "output.txt").open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=self.tree.path,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                ending = str(process.wait(self.time_limit_seconds))
            except subprocess.TimeoutExpired:
                ending = TIME_LIMIT
            except BaseException:
                leftover.end_leftovers(variables[leftover.VARIABLE], grace_seconds=0)
                raise
            finally:
                wall_seconds = time.perf_counter() - start
                _end(process)
        return ending, wall_seconds


def _variables(token: str, temporary: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in PRIVATE}
    return {**kept, leftover.VARIABLE: token, "TMPDIR": temporary}


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask, then force: a controller that is asked may still end its own agents."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _foreign(temporary: Path) -> tuple[str, ...]:
    names = (entry.name for entry in temporary.iterdir())
    return tuple(sorted(name for name in names if not name.startswith("pytest-of-")))


def _counts(output: Path) -> str:
    lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    found = (COUNTS.search(line) for line in reversed(lines))
    last = next((line for line in reversed(lines) if line.strip()), "no output")
    return next((match[1] for match in found if match), last)
