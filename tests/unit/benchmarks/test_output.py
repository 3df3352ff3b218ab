"""What is read from the last line of pytest, and from the system's memory file."""

from __future__ import annotations

import pytest

from benchmarks.memory import parse_pss_kib
from benchmarks.track import last_counts


@pytest.mark.parametrize(
    ("output", "counts"),
    [
        ("....\n10 passed in 0.50s\n", "10 passed"),
        ("== 1 failed, 9 passed, 2 warnings in 61.00s (0:01:01) ==", "1 failed, 9 passed"),
        ("3 passed, 1 warning in 0.10s", "3 passed"),
        ("2 passed in 1.00s\nnoise\n1 error in 2.00s\nlate words", "1 error"),
        ("no tests ran in 0.01s", "no tests ran"),
        ("Fatal Python error: Aborted\n", ""),
        ("", ""),
    ],
)
def test_the_counts_of_the_last_line(output: str, counts: str) -> None:
    """Warnings are no verdicts; a run that crashed counts nothing."""
    assert last_counts(output) == counts


def test_pss_is_one_line_of_the_rollup() -> None:
    """Neither RSS nor the parts of PSS that newer kernels tell."""
    rollup = (
        "00400000-7ffc [rollup]\n"
        "Rss:               20480 kB\n"
        "Pss:               12288 kB\n"
        "Pss_Dirty:          8192 kB\n"
    )
    assert parse_pss_kib(rollup) == 12288
    assert parse_pss_kib("") == 0
