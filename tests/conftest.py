"""What all tests share."""

from __future__ import annotations

import signal

import pytest

# Their assertions shall tell as much as those of the tests that use them.
pytest.register_assert_rewrite("tests.functional.running")

pytest_plugins = ["pytester"]

# Whoever has started this in the background, or with nohup, lets it ignore some signals, and every
# process that is started from here: some of them are tested for heeding these.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    # Goes on being without effect here.
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)
