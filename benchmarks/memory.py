"""Memory: the peak of what a process tree occupies, from samples.

PSS counts a page that processes share once, divided among them, so that forked agents are not
charged for what they never copied. Only Linux tells it.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    from types import TracebackType

SAMPLES_PER_SECOND = 5
ROLLUP = "/proc/{}/smaps_rollup"


class PeakMemory:
    """Samples all descendants of this process from enter to exit, in a thread of its own.

    A peak between two samples is missed, and so is a run of less than a sample's time.
    """

    def __init__(self) -> None:
        self._peak_kib = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, name="peak-memory", daemon=True)

    def __enter__(self) -> Self:
        if Path(ROLLUP.format("self")).is_file():
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def mib(self) -> float | None:
        """The peak so far; None where no process tells."""
        return self._peak_kib / 1024 if self._peak_kib else None

    def _sample(self) -> None:
        itself = psutil.Process()
        while not self._over.wait(1 / SAMPLES_PER_SECOND):
            pids = [child.pid for child in itself.children(recursive=True)]
            self._peak_kib = max(self._peak_kib, sum(map(_pss_kib, pids)))


def parse_pss_kib(rollup: str) -> int:
    """The line `Pss:` of a smaps_rollup file; 0 without one."""
    lines = (line.split() for line in rollup.splitlines())
    return next((int(words[1]) for words in lines if words[:1] == ["Pss:"]), 0)


def _pss_kib(pid: int) -> int:
    try:
        return parse_pss_kib(Path(ROLLUP.format(pid)).read_text(encoding="ascii"))
    except OSError:
        # It ended meanwhile, or is not ours to look at.
        return 0
