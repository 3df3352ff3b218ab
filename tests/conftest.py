"""What holds for all tests of this project."""

from __future__ import annotations

import signal

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Whoever has started this in the background lets it ignore Ctrl-C, and every process that is
    # started from here: some of them are tested for heeding it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
