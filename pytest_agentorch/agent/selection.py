"""What `--lf`, `--sw` and others found out while collecting: the controller is who tells of it.

Where a version of a plugin has no such attribute nothing is carried over.
"""

from __future__ import annotations

from json import JSONEncoder
from typing import Any

import pytest

# Bound here: the collection has imported test modules, which may have changed `json`.
_encode = JSONEncoder().encode

ATTRIBUTES = {
    "lfplugin": ("_report_status", "_previously_failed_count", "_skipped_files"),
    "stepwiseplugin": ("report_status",),
    # It warns at its end that nothing is measured.
    "pytest-benchmark": ("xdist_benchmark_found",),
}


def learnt(config: pytest.Config) -> dict[str, Any]:
    """Return `{plugin: {attribute: value}}`, and what stepwise made of the tests that it saw."""
    found: dict[str, Any] = {}
    for name, attributes in ATTRIBUTES.items():
        plugin = config.pluginmanager.getplugin(name)
        if plugin is not None:
            values = {key: getattr(plugin, key) for key in attributes if hasattr(plugin, key)}
            found[name] = {key: value for key, value in values.items() if _is_plain(value)}
    info = getattr(config.pluginmanager.getplugin("stepwiseplugin"), "cached_info", None)
    if info is not None:
        found["stepwise_test_count"] = info.last_test_count
        found["stepwise_begins_anew"] = info.last_failed is None
    return found


def _is_plain(value: object) -> bool:
    try:
        _encode(value)
    except (TypeError, ValueError):
        return False
    return True
