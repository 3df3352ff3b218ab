"""A warning of an agent, as pytest's hooks expect it; no module is imported for it."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Sequence
from typing import Any

from pytest_agentorch.protocol.to_controller import WarningRecorded

_MADE: dict[tuple[type[Warning], str, str], type[Warning]] = {}


def rebuild(message: WarningRecorded) -> warnings.WarningMessage:
    """Return the warning, of its class if that is known here, else of one that is like it."""
    category = _category(message.classes)
    return warnings.WarningMessage(
        message=_instance(category, message.message),
        category=category,
        filename=message.filename,
        lineno=message.line,
    )


def _category(classes: Sequence[tuple[str, ...]]) -> type[Warning]:
    """Find a class by its module and name, or make one of the first base that is known."""
    for position, (module, name) in enumerate(classes):
        known: Any = getattr(sys.modules.get(module), name, None)
        if isinstance(known, type) and issubclass(known, Warning):
            return _stand_in(known, classes[:position])
    return _stand_in(Warning, classes)


def _stand_in(base: type[Warning], names: Sequence[tuple[str, ...]]) -> type[Warning]:
    """Make classes with these names, the last one first; the same ones each time."""
    made = base
    for module, name in reversed(names):
        key = (made, module, name)
        if key not in _MADE:
            _MADE[key] = type(name, (made,), {"__module__": module})
        made = _MADE[key]
    return made


def _instance(category: type[Warning], text: str) -> Warning:
    """Make a warning of a class that may want any arguments; what it says counts most."""
    try:
        made = category.__new__(category, text)
        if str(made) == text:
            return made
    except Exception:  # noqa: BLE001, S110 - whatever the suite's class does
        pass
    return Warning(text)
