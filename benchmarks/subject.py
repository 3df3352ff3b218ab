"""Subject: a workload or a real suite that a benchmark is about, and with how many agents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from benchmarks import environment, suite, tree, workload
from benchmarks.runner import PYTEST
from benchmarks.suite import Suite
from benchmarks.workload import Workload
from benchmarks.workloads import WORKLOADS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

GROUPS: Mapping[str, Iterable[str]] = {"workloads": WORKLOADS, "suites": suite.BUILT_IN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What to run with how many agents; `name` is what the command line called it."""

    name: str
    origin: Workload | Suite
    agents: int

    @property
    def summary(self) -> str:
        """What the table says about it."""
        return self.origin.summary if isinstance(self.origin, Workload) else "a real suite"

    @property
    def pytest_args(self) -> tuple[str, ...]:
        """What the suite wants to be run with."""
        return () if isinstance(self.origin, Workload) else self.origin.pytest_args

    def sleep_seconds(self, scale: float) -> float:
        """What its tests are known to sleep."""
        return self.origin.sleep_seconds(scale) if isinstance(self.origin, Workload) else 0.0

    def time_limit_seconds(self, general: float) -> float:
        """A workload that does not end by itself has its own."""
        own = self.origin.time_limit_seconds if isinstance(self.origin, Workload) else 0.0
        return min(own or general, general)


def named(word: str, *, agents: int) -> Iterator[Subject]:
    """The subjects that `NAME`, `NAME@AGENTS` or a group's name means.

    Raises:
        LookupError: there is no such workload or suite.
    """
    name, _, number = word.partition("@")
    if number and not (number.isdigit() and int(number)):
        message = f"{word}: what follows the @ is the number of agents, 1 or more."
        raise LookupError(message)
    for each in GROUPS.get(name, (name,)):
        origin = WORKLOADS[each] if each in WORKLOADS else _suite(each)
        yield Subject(name=each, origin=origin, agents=int(number or agents))


def lay_out(subject: Subject, *, scale: float, work: Path) -> Path:
    """Its files, as they are before the first run."""
    match subject.origin:
        case Workload() as origin:
            folder = work / "workloads" / f"{origin.name}-{scale:g}"
            workload.write(origin, scale=scale, folder=folder)
            return folder
        case Suite() as origin:
            return tree.source_tree(origin.origin, home=work / origin.home).path
        case _:
            assert_never(subject.origin)


def interpreter(subject: Subject, files: Path, pins: Mapping[str, str], *, work: Path) -> Path:
    """The Python of a virtual environment with pytest and what the suite needs."""
    match subject.origin:
        case Workload():
            # One for all of them.
            root = work / "workloads" / "environment"
            made = environment.environment(root, requirements=(pins[PYTEST],), project=files)
        case Suite() as origin:
            wanted = (*origin.requirements(files), pins[PYTEST])
            root = work / origin.home / "environment-bench"
            made = environment.environment(root, requirements=wanted, project=files)
            if isinstance(origin.origin, suite.Folder) and environment.is_installable(files):
                made.install_anew(files)
        case _:
            assert_never(subject.origin)
    return made.python


def _suite(name: str) -> Suite:
    if name.partition("==")[0] in suite.BUILT_IN:
        return suite.built_in(name)
    known = ", ".join((*GROUPS, *WORKLOADS, *suite.BUILT_IN))
    message = f"there is no {name!r}. Known: {known}. For another project use --path."
    raise LookupError(message)
