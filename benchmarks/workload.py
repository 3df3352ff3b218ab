"""Workload: a synthetic suite that is hard in one way, written from nothing but its parameters.

Pure but for `write`: neither clock, nor hash seed, nor machine changes a byte of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Path below the suite's folder -> text.
Files = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What to write, and what a scheduler cannot know about it.

    `files` and `sleep_seconds` take the scale: 1 is the size that `summary` tells. The sleep is
    what all tests and fixtures together sleep, which any number of agents can do at once.
    `time_limit_seconds` is for a workload that does not end by itself; 0 leaves it to the caller.
    """

    name: str
    summary: str
    files: Callable[[float], Files]
    sleep_seconds: Callable[[float], float] = lambda _: 0.0
    time_limit_seconds: float = 0.0


def write(workload: Workload, *, scale: float, folder: Path) -> None:
    """Write the workload's suite, and nothing else, into a folder."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in workload.files(scale).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")


def scaled(number: int, scale: float) -> int:
    """So many at this scale, at least one."""
    return max(1, round(number * scale))


def settings(*lines: str) -> Files:
    """The ini file that makes the folder a pytest root of its own."""
    return {"pytest.ini": "\n".join(("[pytest]", *lines, ""))}


def module(*parts: str) -> str:
    """A test file from its imports, helpers and tests, two blank lines apart."""
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"
