"""What all tests share."""

from __future__ import annotations

import signal

import pytest

# Their assertions shall tell as much as those of the tests that use them.
pytest.register_assert_rewrite("tests.functional.running")

pytest_plugins = ["pytester"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever has started this in the background lets it ignore Ctrl-C, and every process that is
    # started from here: some of them are tested for heeding it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
