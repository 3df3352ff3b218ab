"""A note: what somebody who moves to agents should know about a place of the project."""

from __future__ import annotations

from enum import Enum

from pytest_agentorch.model.frozen import Frozen


class Kind(Enum):
    """What a note is for. The order is that in which they are told."""

    BY_HAND = "To do by hand"
    LOST = "What cannot be carried over"
    RISK = "What may differ"
    STAYS = "What stays as it is"


class Note(Frozen):
    """One note.

    Attributes:
        kind: what it is for.
        line: where in its file; from 1.
        what: the words that are found there.
        why: what is to be said about them.
    """

    kind: Kind
    line: int
    what: str
    why: str
