"""Strict: Python complains of all that it can complain of.

`STRICT_RUNS=1 python -m pytest tests/functional` runs every suite so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

STRICT = {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error,ignore:Unknown pytest.mark"}
"""With these in its environment a run is strict; suites may use marks that they do not declare."""
EVERYWHERE: Mapping[str, str] = STRICT if "STRICT_RUNS" in os.environ else {}
"""What is in the environment of every run, and not only of those that ask for it."""

OFF = dict.fromkeys(STRICT, "")
"""The environment of runs whose tests warn of themselves."""
