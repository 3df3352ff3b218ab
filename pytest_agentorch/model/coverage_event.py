"""What the tests of a run have covered, as an event. All is counted as coverage.py counts it."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class CoverageCount(Frozen):
    """How many there are of something, and how many of them are covered."""

    covered: int
    total: int

    @property
    def percent(self) -> float:
        """What there is nothing of is covered completely."""
        return 100.0 * self.covered / self.total if self.total else 100.0


class CoverageShare(Frozen):
    """What a part of the run has covered, and what none of the other parts has.

    Attributes:
        name: of a phase or a slot; empty for what was covered while no test ran.
        branches: 0 where only lines are measured.
        functions: those of which any line is covered.
    """

    name: str
    lines: int
    only_lines: int
    branches: int
    only_branches: int
    functions: int
    only_functions: int


class CoverageGap(Frozen):
    """A file, and how many of its lines nobody has covered."""

    file: str
    lines: int


class RunCoverage(Frozen):
    """The coverage of a run.

    Attributes:
        percent: coverage.py's total, of lines and branches together.
        lines: statements, each counted at its first line.
        branches: None where only lines are measured.
        functions: those that have a line of their own.
        fail_under: the least total that the project wants; 0.0 if it has not said.
        phases: those that have covered anything.
        agents: by slot, the processes of each together, and of earlier parts of the run, too.
        imports: what was covered while no test ran; None if nothing was.
        gaps: the files that miss most, that first.
    """

    percent: float
    lines: CoverageCount
    branches: CoverageCount | None
    functions: CoverageCount
    fail_under: float
    phases: tuple[CoverageShare, ...]
    agents: tuple[CoverageShare, ...]
    imports: CoverageShare | None
    gaps: tuple[CoverageGap, ...]


class CoverageMeasured(Frozen):
    """All that agents have covered is put together."""

    coverage: RunCoverage
    at: float
