"""What a process has covered of a file."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class Measured(Frozen):
    """New lines or arcs: what is told twice counts once.

    Attributes:
        agent: whose process it was.
        phase: of the tests; empty for what was imported before the first one.
        context: coverage's own: the static and the dynamic one; empty if there is none.
        file: as coverage calls it.
        lines: empty if branches are measured.
        arcs: from which line to which; empty if lines are measured.
    """

    agent: str
    phase: str
    context: str
    file: str
    lines: tuple[int, ...] = ()
    arcs: tuple[tuple[int, int], ...] = ()
