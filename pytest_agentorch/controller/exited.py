"""The end of a process, as an event."""

from __future__ import annotations

from pytest_agentorch.controller.notice import AgentGone
from pytest_agentorch.controller.shell import Shell
from pytest_agentorch.model.agent_event import AgentExited
from pytest_agentorch.model.exit_status import ExitStatus
from pytest_agentorch.model.memory_limit import killed_by_kernel


def exited(notice: AgentGone, shell: Shell, at: float) -> AgentExited:
    """Say how a process has ended, and what it has written last."""
    reason = (notice.error.splitlines() or [""])[-1]
    if not reason and notice.was_killed and shell.sampling.oom_has_killed:
        reason = killed_by_kernel(notice.peak_memory)
    return AgentExited(
        agent=notice.agent,
        status=ExitStatus(
            returncode=notice.returncode, reason=reason, peak_memory=notice.peak_memory
        ),
        output=shell.crew.last_words(notice.agent) or notice.error,
        at=at,
    )
