"""What a plugin answers that wants phases not to run."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class Veto(Frozen):
    """Answer of `pytest_agentorch_phase_finished` and `pytest_agentorch_wave_finished`.

    Attributes:
        reason: why, in a few words: it is in the terminal and in the report.
        phases: those that are not to run. Without them: all that wait for the phase that is over,
            or the rest of the phase of which a wave is over.
    """

    reason: str
    phases: tuple[str, ...] = ()
