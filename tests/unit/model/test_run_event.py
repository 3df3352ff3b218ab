"""Begin and end of a run."""

from __future__ import annotations

from pytest_agentorch.model import event as ev
from pytest_agentorch.model import run_event


def test_they_belong_to_the_one_vocabulary() -> None:
    """Whoever reads events need not know where they are kept."""
    for name in ("RunStarted", "RunResumed", "TestKept", "RunFinished"):
        assert getattr(ev, name) is getattr(run_event, name)
