"""Time runners against each other on workloads and real suites.

Each subject is run by every runner once to watch it (memory, verdicts), then in rounds to time it.
benchmarks.json (all raw runs), benchmarks.md and benchmarks.svg are written anew after each
subject. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import argparse
import shlex
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import contest, environment, lineup, machine, record, runner, subject, suite, tree
from benchmarks.contest import Contest
from benchmarks.subject import Subject
from benchmarks.track import Track
from benchmarks.workloads import WORKLOADS
from pytest_agentorch.system.capacity import find_capacity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.lineup import Lineup
    from benchmarks.runner import Runner

REPOSITORY = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the command line asks for."""

    subjects: tuple[Subject, ...]
    runners: tuple[Runner, ...]
    rounds: int
    scale: float
    pytest_args: tuple[str, ...]
    python: Path | None
    agentorch: Path
    warm: bool
    time_limit_seconds: float
    work: Path
    output: Path


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; 1 if a subject could not be prepared."""
    parser = _parser()
    try:
        order = _order(parser.parse_args(arguments))
    except LookupError as error:
        parser.error(str(error.args[0]))
    facts = {**machine.facts(find_capacity().cpus), "rounds": str(order.rounds)}
    facts |= {"scale": f"{order.scale:g}", "pytest's cache": "kept" if order.warm else "emptied"}
    contests: list[Contest] = []
    unprepared = 0
    page = ""
    wheel = _wheel(order)
    for one in order.subjects:
        try:
            contests.append(_hold(one, order, wheel))
        except environment.InstallationError as error:
            unprepared += 1
            _tell(f"{one.name}: {error}")
        else:
            page = record.write(contests, facts, order.output)
    print(page)
    return int(unprepared > 0)


def _hold(one: Subject, order: Order, wheel: Path) -> Contest:
    _tell(f"{one.name}: preparing")
    files = subject.lay_out(one, scale=order.scale, work=order.work)
    python, found = _prepare(one, files, order, wheel)
    for name, why in found.left_out.items():
        _tell(f"{one.name}: {name} is left out, {why}")
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=order.work) as folder:
        track = Track(
            tree=files,
            python=python,
            folder=Path(folder),
            pytest_args=(*one.pytest_args, *order.pytest_args),
            agents=one.agents,
            time_limit_seconds=one.time_limit_seconds(order.time_limit_seconds),
            warm=order.warm,
        )

        def tell(line: str) -> None:
            _tell(f"{one.name}: {line}")

        load = machine.load()
        probes = contest.probe_all(track, found.runners, tell)
        measurements = contest.time_all(track, found.runners, rounds=order.rounds, tell=tell)
    return Contest(
        subject=one.name,
        summary=one.summary,
        agents=one.agents,
        cpus=find_capacity().cpus,
        sleep_seconds=one.sleep_seconds(order.scale),
        load=load,
        versions=found.versions,
        left_out=found.left_out,
        probes=probes,
        measurements=measurements,
    )


def _prepare(one: Subject, files: Path, order: Order, wheel: Path) -> tuple[Path, Lineup]:
    """The interpreter for all runners, and who of them can run on it."""
    if order.python:
        return order.python, lineup.lineup(order.runners, lineup.installed(order.python), {})
    pins = runner.pins(REPOSITORY)
    python = subject.interpreter(one, files, pins, work=order.work)
    refused = lineup.install(order.runners, python=python, pins=pins, wheel=wheel)
    return python, lineup.lineup(order.runners, lineup.installed(python), refused)


def _wheel(order: Order) -> Path:
    """The plugin's wheel; built once, from a copy, so that all subjects see the same plugin."""
    if order.python or order.agentorch.is_file():
        return order.agentorch
    folder = order.work / "plugin" / "wheel"
    _tell("building pytest-agentorch")
    files = tree.source_tree(suite.Folder(path=order.agentorch), home=order.work / "plugin")
    return environment.wheel(files.path, folder=folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog=_epilog(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("subjects", nargs="*", metavar="NAME[@AGENTS]", help="see below; default: workloads")
    add("--path", type=Path, metavar="DIR", help="benchmark this project, too")
    add("--install", nargs="+", default=[], metavar="REQ", help="what the tests of --path need")
    add("--pytest-args", default="", metavar="ARGS", help="for all runs; quote with =")
    add("--agents", type=int, default=2, metavar="N", help="where NAME says nothing; default 2")
    add("--scale", type=float, default=1.0, metavar="X", help="size of workloads; default 1")
    add("--rounds", type=int, default=3, metavar="N", help="timed runs of each; default 3")
    add("--runners", default="", metavar="A,B", help="serial and these; default: all")
    add("--python", type=Path, metavar="EXE", help="use this interpreter and install nothing")
    add("--agentorch", type=Path, default=REPOSITORY, metavar="PATH", help="its wheel or project")
    add("--warm", action="store_true", help="keep pytest's cache: durations are known")
    add("--time-limit", type=float, default=600.0, metavar="S", help="per run; default 600")
    add("--work", type=Path, metavar="DIR", help="environments and suites; default: temporary")
    add("--output", type=Path, metavar="DIR", help="results; default: results below --work")
    return parser


def _epilog() -> str:
    wide = max(map(len, WORKLOADS))
    lines = ["workloads (all of them: workloads):"]
    lines += [f"  {each.name:{wide}}  {each.summary}" for each in WORKLOADS.values()]
    lines += ["", "real suites (all of them: suites; NAME==VERSION pins one):"]
    lines += [f"  {', '.join(suite.BUILT_IN)}", "", "runners:"]
    lines += [
        "  ".join(("", f"{each.name:{wide}}", " ".join(("pytest", *each.arguments))))
        for each in runner.RUNNERS.values()
    ]
    return "\n".join(lines)


def _order(given: argparse.Namespace) -> Order:
    if min(given.agents, given.rounds, given.scale, given.time_limit) <= 0:
        message = "--agents, --rounds, --scale and --time-limit have to be more than 0."
        raise LookupError(message)
    words = given.subjects or ([] if given.path else ["workloads"])
    subjects = [each for word in words for each in subject.named(word, agents=given.agents)]
    if given.path:
        path = given.path.resolve()
        if not path.is_dir():
            message = f"--path {given.path} has to be a folder."
            raise LookupError(message)
        local = suite.local(path, install=given.install, pytest_args="")
        subjects.append(Subject(name=local.name, origin=local, agents=given.agents))
    work = (given.work or Path(tempfile.gettempdir()) / "agentorch-benchmarks").resolve()
    work.mkdir(parents=True, exist_ok=True)
    return Order(
        subjects=tuple(subjects),
        runners=runner.chosen(given.runners.split(",") if given.runners else runner.RUNNERS),
        rounds=given.rounds,
        scale=given.scale,
        pytest_args=tuple(shlex.split(given.pytest_args)),
        # Not resolved: a virtual environment's Python is a link to one that is none.
        python=given.python.absolute() if given.python else None,
        agentorch=given.agentorch.resolve(),
        warm=given.warm,
        time_limit_seconds=given.time_limit,
        work=work,
        output=(given.output or work / "results").resolve(),
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
