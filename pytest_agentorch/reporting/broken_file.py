"""A file that could not be collected."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class BrokenFile(Frozen):
    """One of them.

    Attributes:
        path: of the file, or the folder, below pytest's rootdir.
        trace: what pytest has printed of it.
    """

    path: str
    trace: str

    @property
    def message(self) -> str:
        """The last words of the trace that tell what was wrong."""
        lines = [line for line in self.trace.splitlines() if line.strip()]
        errors = [line[1:].strip() for line in lines if line.startswith("E ")]
        return (errors or lines or ["it could not be collected"])[-1]
