"""What measures coverage in a process that is forked: the fork is neither it nor one of its tests.

Coverage is not imported here: where nobody has done that nothing measures.
"""

from __future__ import annotations

import atexit
import os
import sys
from typing import Any

_ASK = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
"""Variables by which coverage is asked to measure a new interpreter."""


def measuring() -> Any:
    """What measures this process; None if nothing does."""
    coverage: Any = sys.modules.get("coverage")
    return None if coverage is None else coverage.Coverage.current()


def measure_on(before: Any) -> None:
    """Let what has measured before a fork go on.

    With `patch = fork` coverage has stopped it, and measures the fork as a child of a test.
    """
    now = measuring()
    if before is not None and now is not before:
        now.stop()
        before.start()


def measure_anew() -> None:
    """Measure this process if it would be measured, were it a new interpreter.

    So `coverage run -m pytest` measures agents where it measures workers of xdist.
    """
    before = measuring()
    if before is None or not any(map(os.environ.get, _ASK)):
        return
    before.stop()
    coverage: Any = sys.modules["coverage"]
    # It knows that the process it was forked from has begun.
    vars(coverage.process_startup).pop("coverage", None)
    coverage.process_startup()


def save_at_exit() -> None:
    """Save at the end what `measure_anew` measures: what was to be done then is forgotten."""
    coverage: Any = sys.modules.get("coverage")
    own = None if coverage is None else getattr(coverage.process_startup, "coverage", None)
    if own is not None and own is measuring():
        atexit.register(own.save)
