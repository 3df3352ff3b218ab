"""A stray: a child that a test has forked and that comes back from it. It is not the agent."""

from __future__ import annotations

import sys
from contextlib import suppress
from os import _exit
from typing import NoReturn


def end_stray(*, failed: bool) -> NoReturn:
    """End this process as pytest's would end, but for what is the agent's: fixtures, plugins."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):
            stream.flush()
    _exit(int(failed))
