"""What tests are told when a message or a shared document cannot be had. Public."""

from __future__ import annotations

from pytest_agentorch.model.errors import AgentorchError


class NotJsonError(AgentorchError, TypeError):
    """A value that JSON does not know, or one that is too long, was to be sent or kept."""


class AgentBusError(AgentorchError):
    """The base of what goes wrong with messages."""


class UnknownAgentError(AgentBusError, ValueError):
    """A message for somebody whom this run does not have."""


class NoMessageError(AgentBusError, TimeoutError):
    """What was waited for has not come in time."""


class MessageRefusedError(AgentBusError):
    """A message will never be received, or a request never be answered."""


class AgentHeldError(AgentBusError, TimeoutError):
    """No agent that was asked for was free in time."""


class TaskInUseError(AgentBusError, ValueError):
    """An agent was asked for, and the task has one, or another one waits for it."""


class SharedStateError(AgentorchError):
    """The base of what goes wrong with shared documents."""


class DocumentNameError(SharedStateError, ValueError):
    """No document can have such a name."""


class NoDocumentError(SharedStateError, KeyError):
    """There is no document of that name."""

    def __str__(self) -> str:
        return str(self.args[0])


class DocumentLockedError(SharedStateError, TimeoutError):
    """Somebody else has kept a document for too long."""


for _kind in tuple(vars().values()):
    if isinstance(_kind, type) and _kind.__module__ == __name__:
        # What a traceback shows is what can be imported.
        _kind.__module__ = "pytest_agentorch"
