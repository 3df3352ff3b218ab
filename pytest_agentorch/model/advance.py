"""What a plugin answers that wants tests to run earlier than planned."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class Advance(Frozen):
    """Answer of `pytest_agentorch_phase_finished` and `pytest_agentorch_wave_finished`.

    Tests of later phases run in the next one, before all others there. They are tests of that phase
    from then on. What must stay together with one of them comes, too.

    Attributes:
        tests: node ids, or how they begin: a folder, a file, a class, a function with all its
            parameters. Their own phase must not have begun.
        reason: why, in a few words: it is in the terminal and in the report.
        phase: where they are to run, if it has not begun either. Without it: in the rest of the
            phase of which a wave is over, or in the next phase that waits for the one that is over.
    """

    tests: tuple[str, ...]
    reason: str
    phase: str = ""
