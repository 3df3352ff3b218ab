"""What to do about a lost agent: one pure decision.

| the agent was running | died of it before | policy | the test |
|---|---|---|---|
| nothing | | | (none is blamed) |
| a test that had timed out | | | fails |
| a test with more memory than it may have | | | fails |
| a test | never | rerun | runs once more, alone, on a fresh agent |
| a test | never | fail | fails |
| a test | once | | fails, and is never run again |

| deaths of the slot in a row | the slot |
|---|---|
| 1 or 2 | gets a new process if there is work for it |
| 3 | is given up |

A verdict in between, also the one that fails a poison test, sets the count to 0.

| agents lost without a test, less verdicts, per slot | the run |
|---|---|
| fewer than 3 | goes on |
| 3, if no slot is given up for it | stops: agents die faster than tests finish |

A verdict counts 1 down, to 0 at least. A test that is blamed is none of these: it will have its
verdict.
"""

from __future__ import annotations

import enum

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.settings import Crash

DEATHS_IN_A_ROW = 3
LOSSES_PER_SLOT = 3
ATTEMPTS_OF_A_TEST = 2


class Fate(enum.Enum):
    """What becomes of the test that the lost agent was running."""

    NOT_BLAMED = "not blamed"
    RERUN_ALONE = "rerun alone"
    GIVE_UP = "give up"


class Loss(Frozen):
    """A lost agent.

    Attributes:
        attempts: how many agents the started test has cost, this one included; 0 without a test.
        deaths: deaths of the slot in a row, this one included.
        losses: agents lost without a test, less verdicts, this one included.
        slots: how many there are.
        timed_out: it was ended here, since its test had not ended in time.
        too_large: it was ended here, since it had more memory than it may have.
    """

    attempts: int
    deaths: int
    losses: int
    slots: int
    stopping: bool
    crash: Crash
    timed_out: bool = False
    too_large: bool = False


class Recovery(Frozen):
    """What to do."""

    fate: Fate
    give_up_slot: bool
    stop_run: bool


def decide(loss: Loss) -> Recovery:
    """Decide what becomes of the started test and of the slot."""
    if loss.attempts == 0:
        fate = Fate.NOT_BLAMED
    elif (
        loss.timed_out
        or loss.too_large
        or loss.attempts >= ATTEMPTS_OF_A_TEST
        or loss.crash is Crash.FAIL
        or loss.stopping
    ):
        fate = Fate.GIVE_UP
    else:
        fate = Fate.RERUN_ALONE
    verdict = fate is Fate.GIVE_UP
    give_up_slot = not verdict and loss.deaths >= DEATHS_IN_A_ROW
    too_many = fate is Fate.NOT_BLAMED and loss.losses >= LOSSES_PER_SLOT * loss.slots
    return Recovery(fate=fate, give_up_slot=give_up_slot, stop_run=too_many and not give_up_slot)
