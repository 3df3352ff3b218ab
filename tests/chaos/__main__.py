"""Play rounds of chaos: random suites on agents that die.

Each seed stands for one random suite, in which some tests crash, hang or freeze, and for the agents
that are killed or stopped from outside meanwhile. Afterwards every test must have one verdict, and
the right one, and nothing may be left. A round in which something is wrong is kept, and can be
played again with its seed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.blow import Kind
from tests.chaos.misdeed import MISDEEDS
from tests.chaos.round import Setting, make_round, play
from tests.chaos.verification import complaints


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; 1 if something was wrong."""
    args = _parser().parse_args(arguments)
    setting = Setting(
        start=args.start,
        agents=args.agents,
        tests=args.tests,
        interrupts=args.interrupts,
        without=frozenset(args.without),
    )
    rounds: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for seed in range(args.seed, args.seed + args.rounds):
        start, is_right = _play(seed, setting, args.work)
        rounds[start] += 1
        wrong[start] += not is_right
    for start, number in sorted(rounds.items()):
        print(f"{start}: {number} rounds, {wrong[start]} wrong")
    return int(wrong.total() > 0)


def _play(seed: int, setting: Setting, work: Path | None) -> tuple[str, bool]:
    """Play one round, tell of it, and return how its agents started and whether all was well."""
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{seed}-", dir=work))
    this = make_round(seed, setting)
    played = play(this, folder)
    found = complaints(played)
    misdeeds = Counter(misdeed.name for misdeed in this.suite.misdeeds.values())
    blows = Counter(struck.kind.value for struck in played.struck)
    done = ", ".join(f"{name} {n}" for name, n in sorted((misdeeds + blows).items()))
    tests = len(this.suite.verdicts)
    print(f"seed {seed}, {this.start}, {tests} tests, {played.seconds:.1f} s: {done or 'nothing'}")
    for line in found:
        print(f"  {line}")
    if found:
        print(f"  kept in {folder}", flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()
    return this.start, not found


def _parser() -> argparse.ArgumentParser:
    names = sorted([*(misdeed.name for misdeed in MISDEEDS), *(kind.value for kind in Kind)])
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="how many (default: 20)")
    parser.add_argument("--seed", type=int, default=0, help="of the first; each next is one more")
    parser.add_argument("--start", choices=("fork", "spawn", "both"), default="both")
    parser.add_argument("--agents", type=int, default=3, help="how many (default: 3)")
    parser.add_argument("--tests", type=int, default=300, help="in a suite, about (default: 300)")
    parser.add_argument(
        "--interrupts", action="store_true", help="end each run by Ctrl-C or SIGTERM"
    )
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        choices=names,
        metavar="NAME",
        help=f"leave out one of: {', '.join(names)}",
    )
    parser.add_argument("--work", type=Path, help="where rounds are played (default: the system's)")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
