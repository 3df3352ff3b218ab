"""The screen: for what failures are made text before they travel."""

from __future__ import annotations

from pytest_agentorch.model.frozen import Frozen


class Screen(Frozen):
    """What the controller's terminal looks like.

    Attributes:
        width: in columns.
        marked: failures will be shown there in colour.
        highlight: source code, too.
    """

    width: int
    marked: bool
    highlight: bool
