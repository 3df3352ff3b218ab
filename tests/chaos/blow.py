"""Blows: what is done to the processes of a run from outside, at a random moment."""

from __future__ import annotations

import contextlib
import enum
import os
import random
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil


class Kind(enum.Enum):
    """What is done, and to whom."""

    KILL_AGENT = "kill_agent"
    STOP_AGENT = "stop_agent"
    KILL_FORKER = "kill_forker"
    """The zygote or the nursery: the process that agents are forked from."""
    INTERRUPT_GROUP = "interrupt_group"
    """What a terminal does at Ctrl-C."""
    END_CONTROLLER = "end_controller"


INTERRUPTS = (Kind.INTERRUPT_GROUP, Kind.END_CONTROLLER)


@dataclass(frozen=True, slots=True, order=True)
class Blow:
    """One of them.

    Attributes:
        begun: how many tests have begun before it falls.
        delay: how many seconds after that.
        pick: which of the agents it hits, from 0 to 1.
    """

    begun: int
    delay: float
    pick: float
    name: str

    @property
    def kind(self) -> Kind:
        """What is done."""
        return Kind(self.name)


@dataclass(frozen=True, slots=True)
class Struck:
    """A blow that has fallen, and the process that it hit."""

    kind: Kind
    pid: int


def random_blows(dice: random.Random, tests: int, kinds: Sequence[Kind]) -> list[Blow]:
    """Choose up to five; of what stops an agent or kills the forker no more than one.

    At most one falls before the first test: three would end the run.
    """
    agents = [Kind.KILL_AGENT] * dice.randint(0, 4)
    chosen = [*agents, *(k for k in (Kind.STOP_AGENT, Kind.KILL_FORKER) if dice.random() < 0.3)]
    early = dice.random() < 0.3
    return sorted(
        _blow(dice, kind, 0 if early and not number else dice.randint(1, tests))
        for number, kind in enumerate(kind for kind in chosen if kind in kinds)
    )


def random_interrupt(dice: random.Random, tests: int) -> Blow:
    """Choose one of the ways in which a user ends a run."""
    begun = 0 if dice.random() < 0.2 else dice.randint(1, tests)
    return _blow(dice, dice.choice(INTERRUPTS), begun)


def _blow(dice: random.Random, kind: Kind, begun: int) -> Blow:
    return Blow(begun, dice.uniform(0.0, 0.05 if begun else 1.5), dice.random(), kind.value)


class Assailant:
    """Deals blows when they are due."""

    def __init__(self, controller: psutil.Process, blows: Sequence[Blow]) -> None:
        self._controller = controller
        self._waiting = list(blows)
        self._due: list[tuple[float, Blow]] = []
        self._begun = False
        self.struck: list[Struck] = []

    def look(self, begun: int) -> None:
        """So many tests have begun by now."""
        now = time.monotonic()
        while self._waiting and self._waiting[0].begun <= begun:
            blow = self._waiting.pop(0)
            self._due.append((now + blow.delay, blow))
        # Whoever is not there yet is hit when he comes.
        self._due = [(at, blow) for at, blow in self._due if at > now or not self._deal(blow)]

    def _deal(self, blow: Blow) -> bool:
        with contextlib.suppress(psutil.NoSuchProcess, OSError):
            victims = self._victims(blow.kind)
            if not victims:
                return False
            pid = victims[int(blow.pick * len(victims))]
            self.struck.append(Struck(blow.kind, pid))
            match blow.kind:
                case Kind.INTERRUPT_GROUP:
                    os.killpg(pid, signal.SIGINT)
                case Kind.END_CONTROLLER:
                    os.kill(pid, signal.SIGTERM)
                case Kind.STOP_AGENT:
                    os.kill(pid, signal.SIGSTOP)
                case _:
                    os.kill(pid, signal.SIGKILL)
        return True

    def _victims(self, kind: Kind) -> list[int]:
        if kind in INTERRUPTS:
            return [self._controller.pid] if self._has_begun() else []
        children = self._controller.children()
        # What was forked from the controller has its command line.
        own = self._controller.cmdline()
        forkers = [child for child in children if child.cmdline() == own]
        if kind is Kind.KILL_FORKER:
            return [forker.pid for forker in forkers]
        agents = [child for child in children if child not in forkers]
        agents += [child for forker in forkers for child in forker.children()]
        return sorted(agent.pid for agent in agents if agent.status() != psutil.STATUS_ZOMBIE)

    def _has_begun(self) -> bool:
        """Whether the run heeds signals: before that it is a Python that starts."""
        status = Path(f"/proc/{self._controller.pid}/status").read_text("utf-8")
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
        self._begun = self._begun or bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)
        return self._begun
