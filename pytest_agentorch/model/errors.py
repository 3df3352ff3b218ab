"""Errors of this program's own making.

A user's mistake is a `SettingsError` (pytest's exit 4), a peer's is an incident.
"""

from __future__ import annotations


class AgentorchError(Exception):
    """The base of everything raised here."""


class ProtocolError(AgentorchError):
    """A message that cannot be read, or that has no place here."""


class InvalidTransitionError(AgentorchError):
    """An event that cannot happen in the state that the orchestrator is in.

    The message carries what happened to the agent before: it is a bug report by itself.

    Attributes:
        summary: what cannot be, in one short line.
    """

    def __init__(self, subject: str, state: str, event: object, story: tuple[str, ...]) -> None:
        test = getattr(event, "test", None)
        which = "" if test is None else f" of test {test}"
        self.summary = f"{type(event).__name__}{which} while {subject} is {state}"
        lines = "\n  ".join(story) or "(nothing)"
        super().__init__(f"{subject} is {state} and got {event!r}. Before that:\n  {lines}")


class SettingsError(AgentorchError):
    """The user asked for something that cannot be; the message says what to do instead."""
