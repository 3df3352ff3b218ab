"""Play rounds of chaos: random suites on agents that die.

Each seed stands for one random suite, in which some tests crash, hang or freeze, and for the agents
that are killed or stopped from outside meanwhile. Afterwards every test must have one verdict, and
the right one, and nothing may be left. A round in which something is wrong is kept, and can be
played again with its seed.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.blow import Kind
from tests.chaos.misdeed import MISDEEDS
from tests.chaos.round import Round, Setting, make_round, play
from tests.chaos.verification import complaints

_NOUNS = ("rounds", "tests", "misdeeds", "blows", "wrong")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for; 1 if something was wrong."""
    args = _parser().parse_args(arguments)
    if hasattr(signal, "SIGHUP"):
        # Under nohup an agent that was stopped would go on when the process dies that forked it.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
    setting = Setting(
        start=args.start,
        agents=args.agents,
        tests=args.tests,
        interrupts=args.interrupts,
        without=frozenset(args.without),
    )
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for seed in range(args.seed, args.seed + args.rounds):
        this = make_round(seed, setting)
        sums[this.start].update(_play(this, args.work))
    for start, total in sorted(sums.items()):
        print(f"{start}: {', '.join(f'{total[noun]} {noun}' for noun in _NOUNS)}")
    return int(any(total["wrong"] for total in sums.values()))


def _play(this: Round, work: Path | None) -> dict[str, int]:
    """Play one round, tell of it, and return its figures."""
    folder = Path(tempfile.mkdtemp(prefix=f"chaos-{this.seed}-", dir=work))
    played = play(this, folder)
    found = complaints(played)
    misdeeds = Counter(misdeed.name for misdeed in this.suite.misdeeds.values())
    blows = Counter(struck.kind.value for struck in played.struck)
    done = ", ".join(f"{name} {n}" for name, n in sorted((misdeeds + blows).items()))
    tests = len(this.suite.verdicts)
    print(f"seed {this.seed}, {this.start}, {tests} tests, {played.seconds:.1f} s: {done or '-'}")
    for line in found:
        print(f"  {line}")
    if found:
        print(f"  kept in {folder}")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()
    figures = (1, tests, misdeeds.total(), blows.total(), int(bool(found)))
    return dict(zip(_NOUNS, figures, strict=True))


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
