"""`[tool.agentorch.agent_priority]`: which agents are preferred."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_agentorch.capability_table import SLOT
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import SlotId

_WHERE = "[tool.agentorch.agent_priority]"


def read_priorities(values: Any) -> Mapping[SlotId, int]:
    """Return the priorities that the configuration gives to agents.

    Raises:
        SettingsError: it says something else.
    """
    if values is None:
        return {}
    if not isinstance(values, Mapping):
        raise SettingsError(f"{_WHERE} must be a table, such as {{ gw1 = 5 }}. [bad-value]")
    for name, priority in values.items():
        if not SLOT.fullmatch(name):
            raise SettingsError(
                f'{_WHERE}: "{name}" is no agent: they are called gw0, gw1, ... [unknown-key]'
            )
        if isinstance(priority, bool) or not isinstance(priority, int):
            raise SettingsError(
                f"{_WHERE} {name} = {priority!r}: it must be a whole number. [bad-value]"
            )
    return {SlotId(name): priority for name, priority in values.items() if priority}
