"""Comparison: in what a run is not as the one in one process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tests.functional.canary import Canary, Seen


def differences(canary: Canary, serial: Seen, other: Seen) -> list[str]:
    """Return what differs: exit code and counts, the names of tests, parts of what was written.

    Args:
        canary: whose runs they are.
        serial: the measure.
        other: what is compared with it.
    """
    found = list(_numbers(serial, other))
    one, two = Counter(serial.cases), Counter(other.cases)
    found += sorted({name for name, _ in ((one - two) + (two - one))})
    return found + [f"left {name}" for name in canary.differing(serial, other)]


def troubles(agents: Seen, start: str) -> list[str]:
    """Return in what a run on two agents was none, or none of those that were to be tried."""
    ours = agents.ran.ours
    found = [f"incident {slug}" for slug in agents.ran.incidents]
    if ours["start"] != start:
        found.append(f"start {ours['start']}")
    if agents.agents != {"gw0", "gw1"}:
        found.append(f"tests on {', '.join(sorted(agents.agents))} only")
    return found


def _numbers(serial: Seen, other: Seen) -> Iterator[str]:
    if other.ran.code != serial.ran.code:
        yield f"exit code {other.ran.code} instead of {serial.ran.code}"
    if other.ran.counts != serial.ran.counts:
        yield f"counts {other.ran.counts} instead of {serial.ran.counts}"
