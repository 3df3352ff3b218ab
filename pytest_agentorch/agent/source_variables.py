"""Which environment variables a Python file asks for, as its text tells."""

from __future__ import annotations

import re

_ASKED = re.compile(
    r"""\b(?:environ(?:\.get)?|getenv)\s*[\[(]\s*["'](\w+)["']"""
    r"""|["'](\w+)["']\s+(?:not\s+)?in\s+(?:os\.)?environ\b"""
)
_SET = re.compile(
    r"""\benviron\s*(?:\.setdefault\(\s*["'](\w+)["']|\[\s*["'](\w+)["']\s*\]\s*=(?!=))"""
)
_OURS = ("PYTEST_", "AGENTORCH_")


def variables_asked_for(text: str) -> frozenset[str]:
    """Return the names, but not of what each run or each agent has another value of."""
    return frozenset(name for name in _names(_ASKED, text) if not name.startswith(_OURS))


def variables_set(text: str) -> frozenset[str]:
    """Return the names of those that the file itself gives a value."""
    return frozenset(_names(_SET, text))


def _names(pattern: re.Pattern[str], text: str) -> set[str]:
    if "env" not in text:
        return set()
    return {one or other for one, other in pattern.findall(text)}
