"""Round: one random suite, run once on agents while blows fall."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.chaos import diary
from tests.chaos.blow import Assailant, Blow, Kind, Struck, random_blows, random_interrupt
from tests.chaos.misdeed import MISDEEDS, Misdeed
from tests.chaos.random_suite import RandomSuite, random_suite
from tests.functional.processes import VARIABLE
from tests.functional.running import Ran, Running, Suite

LIMIT_SECONDS = 180.0
"""A run that takes longer does not end."""
_TIMEOUT_SECONDS = 10
"""What a test may take that a stopped agent runs. All others take milliseconds."""
_STARTS = {"fork": ("fork",), "spawn": ("spawn",), "both": ("fork", "spawn")}
_COMMON = Path(__file__).parent.parent / "suites" / "chaos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What rounds have in common.

    Attributes:
        start: `fork`, `spawn`, or `both` in turn.
        tests: about how many tests a suite has.
        interrupts: whether a signal ends the run.
        without: misdeeds and blows that are left out, by name.
    """

    start: str = "both"
    agents: int = 3
    tests: int = 300
    interrupts: bool = False
    without: frozenset[str] = frozenset()

    @property
    def misdeeds(self) -> list[Misdeed]:
        """Those that there are."""
        return [misdeed for misdeed in MISDEEDS if misdeed.name not in self.without]

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of blows that there are."""
        return [kind for kind in Kind if kind.value not in self.without]


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one seed stands for. The same seed and setting give the same round."""

    seed: int
    start: str
    agents: int
    suite: RandomSuite
    blows: Sequence[Blow]
    interrupted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A round that is over.

    Attributes:
        ran: what came out; None if it did not end.
        struck: the blows that have fallen.
        stuck: if it did not end, what there was.
    """

    round: Round
    ran: Ran | None
    struck: Sequence[Struck]
    diary: diary.Diary
    seconds: float
    stuck: Sequence[str] = ()


def make_round(seed: int, setting: Setting) -> Round:
    """Throw the dice."""
    dice = random.Random(seed)
    starts = _STARTS[setting.start]
    quick = [misdeed for misdeed in setting.misdeeds if not misdeed.is_slow]
    slow = [misdeed for misdeed in setting.misdeeds if misdeed.is_slow and dice.random() < 0.1]
    misdeeds = [*dice.choices(quick, k=dice.randint(0, 8) if quick else 0), *slow[:1]]
    suite = random_suite(dice, setting.tests, misdeeds)
    blows = random_blows(dice, setting.tests, setting.kinds)
    if setting.interrupts:
        blows = sorted([*blows, random_interrupt(dice, setting.tests)])
    return Round(
        seed=seed,
        start=starts[seed % len(starts)],
        agents=setting.agents,
        suite=suite,
        blows=blows,
        interrupted=setting.interrupts,
    )


def lay_out(written: RandomSuite, folder: Path) -> Suite:
    """Write a suite into an empty folder."""
    suite = Suite(folder / "suite", folder / "records", {})
    for path in _COMMON.glob("*.py"):
        suite.write_text(path.name, path.read_text("utf-8"))
    suite.write_text("pytest.ini", "[pytest]\n")
    for name, text in written.files.items():
        suite.write_text(name, text)
    return suite


def play(this: Round, folder: Path) -> Played:
    """Run its suite in an empty folder, and deal its blows."""
    suite = lay_out(this.suite, folder)
    options = [f"--agents-start={this.start}", f"--agents-timeout={_TIMEOUT_SECONDS}", "-v"]
    began = time.monotonic()
    with suite.start_agents(this.agents, *options) as running:
        assailant = Assailant(psutil.Process(running.process.pid), this.blows)
        ended = _watch(running, assailant, suite.folder)
        stuck = () if ended else _what_there_is(running)
        ran = running.finish() if ended else None
    return Played(
        round=this,
        ran=ran,
        struck=assailant.struck,
        diary=diary.read(suite.folder),
        seconds=time.monotonic() - began,
        stuck=stuck,
    )


def _watch(running: Running, assailant: Assailant, folder: Path) -> bool:
    """Let blows fall until the run ends, and return whether it does."""
    deadline = time.monotonic() + LIMIT_SECONDS
    while time.monotonic() < deadline:
        assailant.look(diary.read(folder).begun)
        try:
            running.process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
        return True
    return False


def _what_there_is(running: Running) -> list[str]:
    """Return its processes, and what each is doing."""
    lines = []
    controller = psutil.Process(running.process.pid)
    run = controller.environ()[VARIABLE]
    for process in psutil.process_iter():
        try:
            if process.environ().get(VARIABLE) == run:
                does = f"{process.status()}, {process.num_threads()} threads"
                lines.append(f"{process.pid} of {process.ppid()}, {does}: {process.cmdline()}")
        except psutil.Error:
            continue
    return lines
