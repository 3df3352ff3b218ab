"""Comparison: in what a run is not as the one in one process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.functional.canary import Seen


def differences(serial: Seen, other: Seen, *, files: bool) -> list[str]:
    """Return what differs: exit code and counts, the names of tests and of files.

    Args:
        serial: the measure.
        other: what is compared with it.
        files: whether the names of the files that it has left are compared, too.
    """
    found = list(_numbers(serial, other))
    one, two = Counter(serial.cases), Counter(other.cases)
    found += sorted({name for name, _ in ((one - two) + (two - one))})
    if files:
        found += [f"file {name}" for name in sorted(serial.files.keys() ^ other.files.keys())]
    return found


def _numbers(serial: Seen, other: Seen) -> Iterator[str]:
    if other.ran.code != serial.ran.code:
        yield f"exit code {other.ran.code} instead of {serial.ran.code}"
    if other.ran.counts != serial.ran.counts:
        yield f"counts {other.ran.counts} instead of {serial.ran.counts}"
