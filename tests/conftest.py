"""What all tests share."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

# Their assertions shall tell as much as those of the tests that use them.
pytest.register_assert_rewrite("tests.functional.running")

pytest_plugins = ["pytester"]

# How fast this machine is just now says nothing about the product.
settings.register_profile("any speed", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("any speed")

# Whoever has started this in the background, or with nohup, lets it ignore some signals, and every
# process that is started from here: some of them are tested for heeding these.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    # Goes on being without effect here.
    signal.signal(signal.SIGHUP, lambda _number, _frame: None)
