"""The limits of a process."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

import pytest

from pytest_agentorch.system import limits


class System:
    """Has two limits, one of them with a hard one."""

    RLIM_INFINITY = -1
    RLIMIT_CORE, RLIMIT_NOFILE = 4, 7

    def __init__(self) -> None:
        self.limits = {4: (-1, -1), 7: (100, 200)}

    def getrlimit(self, kind: int) -> tuple[int, int]:
        """Return the soft one and the hard one."""
        return self.limits[kind]

    def setrlimit(self, kind: int, limit: tuple[int, int]) -> None:
        """Set both."""
        self.limits[kind] = limit


@pytest.mark.parametrize(
    ("name", "number", "after"),
    [
        ("core", 5, {4: (5, 5), 7: (100, 200)}),
        ("nofile", 50, {4: (-1, -1), 7: (50, 50)}),
        ("nofile", 150, {4: (-1, -1), 7: (150, 150)}),
        ("nofile", 500, {4: (-1, -1), 7: (200, 200)}),
    ],
)
def test_no_limit_is_above_the_hard_one(
    name: str, number: int, after: dict[int, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the system's administrator could do that."""
    system = System()
    monkeypatch.setattr(limits, "resource", system)
    monkeypatch.setattr(limits, "_least", lambda _: 5)
    assert limits.known_limits() == ("core", "nofile")
    limits.set_limit(name, number)
    assert system.limits == after


@pytest.mark.skipif(sys.platform != "linux", reason="the limits of Linux")
@pytest.mark.parametrize(
    ("name", "number", "told"),
    [
        ("as", 20 << 20, "20 MiB is too little, a process of this run needs "),
        ("data", 20 << 20, "20 MiB is too little, a process of this run needs "),
        ("nofile", 3, "3 is too little, a process of this run needs "),
        ("cpu", 0, "0 is too little, a process of this run needs "),
        ("as", 1 << 50, ""),
        ("nofile", 1 << 20, ""),
        ("core", 0, ""),
    ],
)
def test_what_a_process_cannot_live_with_is_told(name: str, number: int, told: str) -> None:
    """It is not set: the process would end without a word."""
    said = limits.shortage(name, number)
    assert said.startswith(told)
    assert bool(said) == bool(told)
    if told:
        with pytest.raises(ValueError, match=told):
            limits.set_limit(name, number)


def test_a_system_without_limits_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known there."""
    monkeypatch.setattr(limits, "resource", None)
    assert limits.known_limits() == ()
    monkeypatch.setattr(limits, "resource", Namespace())
    assert limits.known_limits() == ()
