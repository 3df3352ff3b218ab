"""Running: a small suite, started as users start it, and everything that came out of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from pytest_agentorch.model.event import Event
from pytest_agentorch.orchestration.allot import THREAD_VARIABLES
from pytest_agentorch.storage.event_log import read_events
from tests.functional import junit_file, processes

LIMIT_SECONDS = 120.0
"""A run that takes longer hangs. No test measures time against it."""

_SUMMARY = re.compile(r"^(?P<kind>PASSED|FAILED|ERROR|SKIPPED|XFAIL|XPASS|SUBFAIL\w*|SUB\w+)\b")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")
_HIDDEN = ("PYTEST_ADDOPTS", "PYTEST_XDIST", "PYTEST_AGENTS", "COV_", "TOX_", "GITHUB_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A run that is over.

    Attributes:
        code: the exit code; minus the signal number if a signal ended it.
        left: command lines of processes that it left behind.
        suite: the folder of the tests.
        records: where its junit file and its report are.
    """

    code: int
    out: str
    err: str
    left: Sequence[str]
    suite: Path
    records: Path

    @property
    def lines(self) -> list[str]:
        """What it printed, without colours."""
        return _ESCAPES.sub("", self.out).splitlines()

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the last line: `{"passed": 3, "failed": 1}`."""
        found: dict[str, int] = pytest.RunResult.parse_summary_nouns(self.lines)
        return found

    @property
    def summary_lines(self) -> Counter[str]:
        """The lines of the short test summary."""
        return Counter(line for line in self.lines if _SUMMARY.match(line))

    @property
    def junit(self) -> list[junit_file.Case]:
        """What `--junitxml` says of each test."""
        return junit_file.read(self.records / "junit.xml")

    @property
    def junit_counts(self) -> Counter[str]:
        """The numbers in the head of the junit file."""
        return junit_file.counts(self.records / "junit.xml")

    @property
    def report(self) -> dict[str, Any]:
        """The CTRF report."""
        data: dict[str, Any] = json.loads((self.records / "report.json").read_text("utf-8"))
        return data

    @property
    def ours(self) -> dict[str, Any]:
        """Our part of the CTRF report."""
        data: dict[str, Any] = self.report["extra"]["pytest-agentorch"]
        return data

    @property
    def statuses(self) -> dict[str, str]:
        """The verdict of each test of the report in pytest's words, by node id."""
        return {test["name"]: test["rawStatus"] for test in self.report["results"]["tests"]}

    def test(self, name: str) -> dict[str, Any]:
        """The only test of the report whose node id ends like this."""
        found = [t for t in self.report["results"]["tests"] if t["name"].endswith(name)]
        assert len(found) == 1, f"{name} is {len(found)} times in the report"
        test: dict[str, Any] = found[0]
        return test

    @property
    def incidents(self) -> list[str]:
        """The slugs of the incidents of the report."""
        return [incident["slug"] for incident in self.ours["incidents"]]

    @property
    def run_directories(self) -> list[Path]:
        """All run directories of the project, oldest first."""
        # Names tell the second only.
        runs = (self.suite / ".pytest_cache/d/agentorch/runs").glob("*")
        return sorted(runs, key=lambda run: run.stat().st_mtime_ns)

    @property
    def events(self) -> list[Event]:
        """The event log of the newest run."""
        return list(read_events(self.run_directories[-1] / "events.jsonl"))

    def text(self, name: str) -> str:
        """A file that the tests wrote into their folder; empty if they did not."""
        path = self.suite / name
        return path.read_text("utf-8") if path.exists() else ""

    def words(self, name: str) -> list[str]:
        """The lines of such a file."""
        return self.text(name).splitlines()

    def __str__(self) -> str:
        left = "\n".join(self.left)
        return f"exit code {self.code}\n{self.out}\n--- stderr\n{self.err}\n--- left\n{left}"


class Running:
    """A run that is not over. Used in a `with`, which ends it if the test has not.

    Args:
        terminal: what it reads from and writes to, and is in the foreground of; None for files.
    """

    def __init__(
        self,
        command: list[str],
        suite: Path,
        records: Path,
        env: dict[str, str],
        terminal: int | None = None,
    ) -> None:
        self._suite = suite
        self._records = records
        self._run = env[processes.VARIABLE]
        self._files = (records / "stdout", records / "stderr")
        with self._files[0].open("wb") as out, self._files[1].open("wb") as err:
            # A session of its own: what is sent to its process group does not reach this process.
            self.process = subprocess.Popen(
                command,
                cwd=suite,
                env=env,
                stdin=subprocess.DEVNULL if terminal is None else terminal,
                stdout=out if terminal is None else terminal,
                stderr=err if terminal is None else terminal,
                start_new_session=True,
                preexec_fn=None if terminal is None else _take_terminal,  # noqa: PLW1509
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        processes.kill_all(self._run)

    def wait_for_words(self, name: str, count: int) -> None:
        """Wait until tests have written so many lines to a file in their folder."""
        path = self._suite / name

        def there() -> bool:
            return self.process.poll() is not None or (
                path.exists() and len(path.read_text("utf-8").splitlines()) >= count
            )

        assert processes.wait_until(there), f"{name} never got {count} lines\n{self._read(0)}"
        assert self.process.poll() is None, f"it ended early\n{self._read(0)}\n{self._read(1)}"

    def signal(self, number: int) -> None:
        """Send a signal to the controller alone."""
        self.process.send_signal(number)

    def signal_group(self, number: int) -> None:
        """Send a signal to the process group, as a terminal does."""
        os.killpg(self.process.pid, number)

    @property
    def printed(self) -> str:
        """What it has printed by now."""
        return self._read(0)

    def finish(self, limit: float = LIMIT_SECONDS) -> Ran:
        """Wait for the end."""
        try:
            code = self.process.wait(limit)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            pytest.fail(f"the run hangs\n{self._read(0)}\n--- stderr\n{self._read(1)}")
        return Ran(
            code=code,
            out=self._read(0),
            err=self._read(1),
            left=processes.remaining(self._run),
            suite=self._suite,
            records=self._records,
        )

    def _read(self, number: int) -> str:
        return self._files[number].read_bytes().decode("utf-8", "replace")


class Suite:
    """A folder of tests, and the ways to run it; `always` is in the environment of each run."""

    def __init__(self, folder: Path, records: Path, always: Mapping[str, str]) -> None:
        self.folder = folder
        self._records = records
        self._always = always
        self._runs = 0

    def write(self, **files: str) -> Self:
        """Write Python files by their names, `__` for a slash: `a__test_one="..."`."""
        for name, text in files.items():
            path = name.replace("__", "/").replace("//init/", "/__init__")
            self.write_text(f"{path}.py", text)
        return self

    def write_text(self, path: str, text: str) -> Self:
        """Write any file."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
        return self

    def start(
        self,
        *args: str,
        env: Mapping[str, str] | None = None,
        python: Sequence[str] = (),
        terminal: int | None = None,
    ) -> Running:
        """Start pytest with these arguments and nothing else."""
        records = self._new_records()
        command = [sys.executable, *python, "-m", "pytest", *args]
        environment = _environment(records, {**self._always, **(env or {})})
        if terminal is not None:
            # Users sit at terminals; a test that runs pytest does not.
            environment.pop("PYTEST_CURRENT_TEST", None)
        return Running(command, self.folder, records, environment, terminal)

    def run(
        self,
        *args: str,
        env: Mapping[str, str] | None = None,
        python: Sequence[str] = (),
    ) -> Ran:
        """Run pytest with these arguments and nothing else; it must leave no process behind."""
        with self.start(*args, env=env, python=python) as running:
            ran = running.finish()
        assert not ran.left, str(ran)
        return ran

    def serial(self, *args: str, **more: Any) -> Ran:
        """Run plain pytest; `more` as for `run`."""
        return self.run(f"--junitxml={self._next_records() / 'junit.xml'}", *args, **more)

    def agents(self, number: int, *args: str, **more: Any) -> Ran:
        """Run on agents; `more` as for `run`."""
        return self.run(*self.options(number), *args, **more)

    def start_agents(
        self, number: int, *args: str, env: Mapping[str, str] | None = None
    ) -> Running:
        """Start a run on agents."""
        return self.start(*self.options(number), *args, env=env)

    def options(self, number: int) -> list[str]:
        """The options with which the next run has agents, a junit file and a report."""
        records = self._next_records()
        return [
            f"--agents={number}",
            f"--agents-report={records / 'report.json'}",
            f"--junitxml={records / 'junit.xml'}",
        ]

    def environment(self) -> dict[str, str]:
        """The environment for a command that is not pytest's."""
        return _environment(self._new_records(), self._always)

    def _next_records(self) -> Path:
        return self._records / str(self._runs)

    def _new_records(self) -> Path:
        records = self._next_records()
        self._runs += 1
        (records / "tmp").mkdir(parents=True)
        return records


def assert_same_verdicts(serial: Ran, agents: Ran) -> None:
    """Whoever reads the exit code, the last line, the summary or the junit file learns the same."""
    assert agents.junit == serial.junit, str(agents)
    assert agents.junit_counts == serial.junit_counts
    assert agents.counts == serial.counts, str(agents)
    assert agents.summary_lines == serial.summary_lines
    assert agents.code == serial.code


def _take_terminal() -> None:
    """Make standard input the terminal of this process's session."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _environment(records: Path, more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a user who has set nothing up, in a wide terminal."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_HIDDEN)
        and name not in ("CI", "BUILD_NUMBER", "PY_COLORS", "FORCE_COLOR", "NO_COLOR")
        # They are set if this is an agent itself.
        and name not in THREAD_VARIABLES
    }
    env.update(
        {
            processes.VARIABLE: uuid.uuid4().hex,
            "TMPDIR": str(records / "tmp"),
            # What else runs on this machine is nothing to it.
            "PYTEST_AGENTORCH_HOST": str(records / "host"),
            "COLUMNS": "160",
            # Half a second per process that no test here looks at.
            "PYTEST_ADDOPTS": "-p no:hypothesispytest",
        }
    )
    env.update(more)
    return env
