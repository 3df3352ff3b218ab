"""Command line: run suites serially and in parallel, and compare them test by test.

`python -m benchmarks.compare [SUITE ...]` exits with 1 if there is a difference that
`known_differences.toml` does not explain, with 2 if a suite could not be prepared.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import environment, known, suite, table, tree
from benchmarks.comparison import Comparison, comparison
from benchmarks.run import Bench

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.suite import Suite

REPOSITORY = Path(__file__).resolve().parent.parent
RUNNERS: Mapping[str, str] = {"agents": "--agents={}", "xdist": "-n{}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the command line asks for."""

    suites: tuple[Suite, ...]
    work: Path
    runner: str
    agents: str
    parallel_args: tuple[str, ...]
    agentorch: Path
    serial_again: bool
    fresh: bool
    time_limit_seconds: float
    show: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; the return is the exit status."""
    parser = _parser()
    try:
        order = _order(parser.parse_args(arguments))
    except LookupError as error:
        parser.error(str(error.args[0]))
    excused = known.read(Path(__file__).with_name("known_differences.toml"))
    try:
        plugin = _plugin(order)
        comparisons = [each for one in order.suites for each in _compare(one, order, plugin)]
    except environment.InstallationError as error:
        print(error, file=sys.stderr)
        return 2
    print(table.render(comparisons, excused, show=order.show))
    return int(any(table.unknown(each, excused) for each in comparisons))


def _compare(one: Suite, order: Order, plugin: Path | None) -> Iterator[Comparison]:
    bench = _bench(one, order, plugin)
    option = RUNNERS[order.runner].format(order.agents)
    _tell(f"{bench.tree.title}: serial")
    serial = bench.run("serial")
    if order.serial_again:
        _tell(f"{bench.tree.title}: serial again")
        again = bench.run("serial again")
        yield comparison(suite=one.name, title=bench.tree.title, first=serial, second=again)
    label = " ".join((option, *order.parallel_args))
    _tell(f"{bench.tree.title}: {label}")
    parallel = bench.run(label, option, *order.parallel_args)
    yield comparison(suite=one.name, title=bench.tree.title, first=serial, second=parallel)


def _bench(one: Suite, order: Order, plugin: Path | None) -> Bench:
    """Files, environment and runner of one suite; the environment differs from runner to runner."""
    home = order.work / one.home
    if order.fresh:
        tree.remove(home)
    _tell(f"{one.name}: preparing")
    files = tree.source_tree(one.origin, home=home)
    runner = ("pytest-xdist",) if order.runner == "xdist" else ()
    made = environment.environment(
        home / f"environment-{order.runner}",
        requirements=(*one.requirements(files.path), *runner),
        project=files.path,
    )
    if isinstance(one.origin, suite.Folder) and environment.is_installable(files.path):
        made.install_anew(files.path)
    if plugin:
        made.install_anew(plugin)
    return Bench(
        tree=files,
        environment=made,
        pytest_args=one.pytest_args,
        folder=home / f"runs-{order.runner}",
        time_limit_seconds=order.time_limit_seconds,
    )


def _plugin(order: Order) -> Path | None:
    """The wheel to compare, if any; built once, so that all suites see the same plugin.

    It is built from a copy: what an old build left in the project stays out.
    """
    if order.runner != "agents" or order.agentorch.is_file():
        return order.agentorch if order.runner == "agents" else None
    home = order.work / "plugin"
    _tell("building pytest-agentorch")
    files = tree.source_tree(suite.Folder(path=order.agentorch), home=home)
    return environment.wheel(files.path, folder=home / "wheel")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    add = parser.add_argument
    add("suites", nargs="*", metavar="SUITE", help="NAME or NAME==VERSION; default: all built in")
    add("--path", type=Path, metavar="DIR", help="compare this project instead")
    add("--install", nargs="+", default=[], metavar="REQ", help="what the tests of --path need")
    add("--pytest-args", default="", metavar="ARGS", help="for both runs of --path; quote with =")
    add("--runner", choices=sorted(RUNNERS), default="agents", help="what runs in parallel")
    add("--agents", default="2", metavar="N", help="how many agents or workers; default 2")
    add("--parallel-args", default="", metavar="ARGS", help="for the parallel run only")
    add("--agentorch", type=Path, default=REPOSITORY, metavar="PATH", help="its wheel or project")
    add("--serial-again", action="store_true", help="also compare two serial runs: flaky tests")
    add("--fresh", action="store_true", help="fetch and install again")
    add("--time-limit", type=float, default=900.0, metavar="S", help="per run; default 900")
    add("--show", type=int, default=50, metavar="N", help="differences per comparison; default 50")
    add("--work", type=Path, metavar="DIR", help="environments and outputs; default: temporary")
    return parser


def _order(given: argparse.Namespace) -> Order:
    if given.path:
        path = given.path.resolve()
        if given.suites or not path.is_dir():
            message = f"--path {given.path} has to be a folder, and stands instead of suites."
            raise LookupError(message)
        one = suite.local(path, install=given.install, pytest_args=given.pytest_args)
        suites: tuple[Suite, ...] = (one,)
    else:
        suites = tuple(suite.built_in(name) for name in given.suites or suite.BUILT_IN)
    work = given.work or Path(tempfile.gettempdir()) / "agentorch-suites"
    return Order(
        suites=suites,
        work=work.resolve(),
        runner=given.runner,
        agents=given.agents,
        parallel_args=tuple(shlex.split(given.parallel_args)),
        agentorch=given.agentorch.resolve(),
        serial_again=given.serial_again,
        fresh=given.fresh,
        time_limit_seconds=given.time_limit,
        show=given.show,
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
