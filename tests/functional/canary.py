"""Canary: a small suite for a popular plugin, run with that plugin and no other.

The suites are in `tests/suites/canary`. One runs serially, on agents, and under xdist where that is
the measure; each time in a fresh copy.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from importlib.metadata import PackageNotFoundError, distribution, entry_points
from pathlib import Path

import pytest
from packaging.version import Version

from tests.functional.canary_artefacts import Artefacts, contents
from tests.functional.junit_file import Case
from tests.functional.running import Ran, Suite

SUITES = Path(__file__).parents[1] / "suites" / "canary"
STARTS = ("fork", "spawn")
NO_XDIST = ("-p", "no:xdist", "-p", "no:xdist.looponfail", "-p", "without_xdist")
"""For a run as if pytest-xdist was not installed."""

_OURS = ("pytest-agentorch", "pytest-xdist")
_CHANGING = re.compile(r"(port=|localhost:)\d+|(database=)\w+|( in )\d+\.\d\ds")
_NONE_BUT = "PYTEST_DISABLE_PLUGIN_AUTOLOAD"
_OUR_SUMMARY = "agents: "
"""So begins what follows at the end of a run that was long enough."""
_PASSING_BY = (
    "__pycache__",
    ".pytest_cache",
    ".hypothesis",
    "meeting.py",
    "meeting",
    "without_xdist.py",
)


def _nothing() -> AbstractContextManager[Mapping[str, str]]:
    return nullcontext({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A plugin and its suite.

    Attributes:
        name: of the folder of its suite.
        plugins: the distributions that stay on; without the first there is nothing to test.
        since: the oldest version of the first that is any good.
        args: for every run.
        serial: for the run in one process, where the plugin itself is not the same beside xdist.
        left: what it has written in a run, without what may differ between runs.
        service: what runs beside the suite, and the environment that says where it is.
    """

    name: str
    plugins: tuple[str, ...]
    since: str = "0.0.1"
    args: tuple[str, ...] = ()
    serial: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    left: Callable[[Seen], Artefacts] = contents
    service: Callable[[], AbstractContextManager[Mapping[str, str]]] = _nothing

    def missing(self) -> str | None:
        """The first of its plugins that is not installed, or too old."""
        first, *others = self.plugins
        if Version(version_of(first) or "0") < Version(self.since):
            return first
        return next((plugin for plugin in others if version_of(plugin) is None), None)

    def needed(self) -> None:
        """Skip the test where one of the plugins is not installed."""
        missing = self.missing()
        if missing is not None:
            pytest.skip(f"{missing} is not installed, or too old")

    @contextmanager
    def served(self) -> Iterator[Canary]:
        """Have what its suite needs run; yield it with the environment that says where."""
        with self.service() as env:
            yield replace(self, env={**self.env, **env})

    def lay(self, suite: Suite) -> None:
        """Lay a fresh copy of the suite where it will run."""
        for path in suite.folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(
            SUITES / self.name,
            suite.folder,
            ignore=shutil.ignore_patterns("__pycache__"),
            dirs_exist_ok=True,
        )
        shutil.copy(SUITES / "without_xdist.py", suite.folder)

    def run_serial(self, suite: Suite, *args: str) -> Seen:
        """Run it in one process."""
        self.lay(suite)
        return seen(suite.serial(*self._args(args), *self.serial, env=self._env(suite)))

    def run_xdist(self, suite: Suite, *args: str) -> Seen:
        """Run it on two workers of xdist."""
        self.lay(suite)
        return seen(suite.serial("-n", "2", *self._args(args), env=self._env(suite)))

    def run_agents(self, suite: Suite, start: str, *args: str, again: bool = False) -> Seen:
        """Run it on two agents, of which each waits for the other before its first test.

        Args:
            suite: where it runs.
            start: how agents start.
            args: more arguments.
            again: in what an earlier run has left.
        """
        if not again:
            self.lay(suite)
        shutil.copy(SUITES / "meeting.py", suite.folder)
        meeting = suite.folder / "meeting"
        shutil.rmtree(meeting, ignore_errors=True)
        meeting.mkdir()
        more = ["-p", "meeting", f"--agents-start={start}", *self._args(args)]
        return seen(suite.agents(2, *more, env=self._env(suite)))

    def differing(self, one: Seen, two: Seen) -> list[str]:
        """The parts of what two runs have left that are not the same."""
        first, second = self.left(one), self.left(two)
        names = sorted(first.keys() | second.keys())
        return [name for name in names if first.get(name) != second.get(name)]

    def with_args(self, *args: str) -> Canary:
        """Return it with other arguments."""
        return replace(self, args=args)

    def _args(self, more: Sequence[str]) -> list[str]:
        off = [] if _NONE_BUT in self.env else others_off(self.plugins)
        return [*off, *self.args, *more]

    def _env(self, suite: Suite) -> dict[str, str]:
        return {
            "PYTEST_ADDOPTS": "",
            "CANARY_MEETING": str(suite.folder / "meeting"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.env,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A run, and what there was at its end: another one may have begun since.

    Attributes:
        cases: the junit file without what differs from run to run.
        files: all that it has left in the folder of the suite, by their paths.
    """

    ran: Ran
    cases: list[Case]
    files: Mapping[str, bytes]

    @property
    def agents(self) -> set[str]:
        """Those that have run tests."""
        return {test["threadId"] for test in self.ran.report["results"]["tests"]}

    def words(self, name: str) -> list[str]:
        """The lines of one of the files; none if it is not there."""
        return self.files.get(name, b"").decode("utf-8").splitlines()

    def section(self, begin: str, end: str = "=") -> list[str]:
        """The lines between two lines with these words in what pytest printed."""
        lines = iter(self.ran.lines)
        for line in lines:
            if begin in line:
                break
        found = []
        for line in lines:
            if line.startswith((end, _OUR_SUMMARY)):
                break
            found.append(line)
        return found


def seen(ran: Ran) -> Seen:
    """Look at what a run has left."""
    files = {
        path.relative_to(ran.suite).as_posix(): path.read_bytes()
        for path in ran.suite.rglob("*")
        if path.is_file() and not set(path.relative_to(ran.suite).parts) & set(_PASSING_BY)
    }
    cases = [
        (name, tuple(replace(p, message=_same(p.message), text=_same(p.text)) for p in parts))
        for name, parts in ran.junit
    ]
    return Seen(ran=ran, cases=cases, files=files)


def version_of(plugin: str) -> str | None:
    """The installed version of a distribution."""
    try:
        return distribution(plugin).version
    except PackageNotFoundError:
        return None


def others_off(plugins: Sequence[str]) -> list[str]:
    """The options that switch off all plugins but these, ours and xdist."""
    names = [
        one.name
        for one in entry_points(group="pytest11")
        if one.dist is not None and one.dist.name not in (*plugins, *_OURS)
    ]
    return [word for name in names for word in ("-p", f"no:{name}")]


def temporary_files(ran: Ran) -> set[str]:
    """What is left where temporary files are, beside pytest's own."""
    folder = ran.records / "tmp"
    return {path.name for path in folder.iterdir() if not path.name.startswith("pytest-of-")}


def _same(text: str) -> str:
    return _CHANGING.sub(r"\1\2\3N", text)
