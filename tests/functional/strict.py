"""Strict: Python complains of all that it can complain of.

`STRICT_RUNS=1 python -m pytest tests/functional` runs every suite so, but for tests with the mark
`lenient`: there it is the suite that warns, or that asks how it is run.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

STRICT = {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "error,ignore:Unknown pytest.mark"}
"""With these in its environment a run is strict; suites may use marks that they do not declare."""
EVERYWHERE: Mapping[str, str] = STRICT if "STRICT_RUNS" in os.environ else {}
"""What is in the environment of all runs, and not only of those that ask for it."""
