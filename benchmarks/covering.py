"""Command line: what suites cover in one process and in parallel, and how long that takes.

`python -m benchmarks.covering [SUITE ...]` runs each suite with pytest-cov in one process, with
xdist, and on agents in both start modes, and there with --agents-cov, too. It exits with 1 if
agents leave a line or a branch out that every serial run covers, cover one that none does, or leave
data files behind.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import covered, environment, suite, tree
from benchmarks.run import Bench

if TYPE_CHECKING:
    from benchmarks.covered import Covered, Place

REPOSITORY = Path(__file__).resolve().parent.parent
SOURCES: Mapping[str, tuple[str, ...]] = {
    "click": ("click",),
    "attrs": ("attr", "attrs"),
    "packaging": ("packaging",),
    "more-itertools": ("more_itertools",),
}
WAYS: Mapping[str, tuple[str, ...]] = {
    "serial": (),
    "xdist": ("-n2",),
    "fork": ("--agents=2", "--agents-start=fork"),
    "spawn": ("--agents=2", "--agents-start=spawn"),
    "native-fork": ("--agents=2", "--agents-start=fork"),
    "native-spawn": ("--agents=2", "--agents-start=spawn"),
}
"""Ways to run a suite with coverage: with pytest-cov, but for the last two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one run covered, took and left; `left` are names of data files beside the one."""

    way: str
    covered: Covered
    wall_seconds: float
    counts: str
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The runs of one way beside the serial ones.

    `missing` are places that all serial runs covered and one of these did not; `more` those that
    one of these covered and no serial run did.
    """

    way: str
    findings: tuple[Finding, ...]
    missing: frozenset[Place]
    more: frozenset[Place]

    @property
    def is_right(self) -> bool:
        """Whether nothing is missing, too much, or left behind."""
        return not (self.missing or self.more or any(each.left for each in self.findings))


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; the return is the exit status."""
    given = _parser().parse_args(arguments)
    ways = ("serial", *(way for way in given.ways if way != "serial"))
    work = (given.work or Path(tempfile.gettempdir()) / "agentorch-suites").resolve()
    is_right = True
    for name in given.suites or SOURCES:
        bench = _bench(name, work, given.agentorch.resolve())
        findings = tuple(_find(bench, way, name) for _ in range(given.rounds) for way in ways)
        standings = [standing(way, findings) for way in ways]
        print("\n".join(render(bench.tree.title, standings)), flush=True)
        is_right = is_right and all(each.is_right for each in standings if each.way != "xdist")
    return 0 if is_right else 1


def standing(way: str, findings: Sequence[Finding]) -> Standing:
    """Compare the runs of one way with the serial runs."""
    serial = [each.covered for each in findings if each.way == "serial"]
    these = tuple(each for each in findings if each.way == way)
    missing = [_common(serial, each.covered) for each in these]
    more = [_beyond(serial, each.covered) for each in these]
    return Standing(
        way=way,
        findings=these,
        missing=frozenset[covered.Place]().union(*missing),
        more=frozenset[covered.Place]().union(*more),
    )


def render(title: str, standings: Sequence[Standing]) -> list[str]:
    """Return a table of one suite, and each place that differs below it."""
    lines = ["", f"### {title}", ""]
    lines += ["| way | wall s | tests | lines | arcs | missing | more | left |"]
    lines += ["|---|--:|---|--:|--:|--:|--:|---|"]
    for each in standings:
        last = each.findings[-1]
        wall = statistics.median(finding.wall_seconds for finding in each.findings)
        left = ", ".join(sorted({name for finding in each.findings for name in finding.left}))
        lines.append(
            f"| {each.way} | {wall:.2f} | {last.counts} | {len(last.covered.lines)} "
            f"| {len(last.covered.arcs)} | {len(each.missing)} | {len(each.more)} | {left} |"
        )
    for each in standings:
        for word, places in (("not covered", each.missing), ("covered too", each.more)):
            lines += [f"* {each.way}: {word}: {place}" for place in covered.describe(places)]
    return lines


def _common(serial: Sequence[Covered], these: Covered) -> frozenset[Place]:
    """Places that every serial run has and these have not."""
    return frozenset.intersection(*(these.missing(each) for each in serial))


def _beyond(serial: Sequence[Covered], these: Covered) -> frozenset[Place]:
    """Places that these have and no serial run has."""
    return frozenset.intersection(*(each.missing(these) for each in serial))


def _options(way: str, name: str) -> list[str]:
    """What to measure of a suite; branches with --agents-cov only if its configuration says so."""
    if way.startswith("native"):
        sources = [f"--agents-cov={source}" for source in SOURCES[name]]
        return [*sources, "--agents-cov-report=none"]
    return [*(f"--cov={source}" for source in SOURCES[name]), "--cov-branch", "--cov-report="]


def _find(bench: Bench, way: str, name: str) -> Finding:
    run = bench.run(way, *_options(way, name), *WAYS[way])
    root = bench.tree.path
    print(f"{root.parent.name}: {way}: {run.wall_seconds:.2f} s", file=sys.stderr, flush=True)
    names = sorted(path.name for path in root.glob(".coverage*"))
    return Finding(
        way=way,
        covered=covered.read(root / ".coverage", root=root),
        wall_seconds=run.wall_seconds,
        counts=run.counts,
        left=tuple(name for name in names if name not in (".coverage", ".coveragerc")),
    )


def _bench(name: str, work: Path, agentorch: Path) -> Bench:
    """Lay out a suite, and make the environment that all its runs share."""
    one = suite.built_in(name)
    home = work / one.home
    files = tree.source_tree(one.origin, home=home)
    made = environment.environment(
        home / "environment-covering",
        requirements=(*one.requirements(files.path), "pytest-cov", "pytest-xdist"),
        project=files.path,
    )
    made.install_anew(agentorch)
    return Bench(
        tree=files,
        environment=made,
        pytest_args=one.pytest_args,
        folder=home / "runs-covering",
        time_limit_seconds=900.0,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.covering", description=__doc__)
    add = parser.add_argument
    add("suites", nargs="*", metavar="SUITE", choices=[*SOURCES, []], help=", ".join(SOURCES))
    add("--ways", nargs="+", choices=WAYS, default=list(WAYS), help="default: all")
    add("--rounds", type=int, default=2, metavar="N", help="runs of each way; default 2")
    add("--agentorch", type=Path, default=REPOSITORY, metavar="PATH", help="its wheel or project")
    add("--work", type=Path, metavar="DIR", help="environments and outputs; default: temporary")
    return parser


if __name__ == "__main__":
    sys.exit(main())
