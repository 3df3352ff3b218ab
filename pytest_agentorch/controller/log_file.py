"""`--log-file` for several processes: emptied once, here, and then appended to by all."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest


def share(config: pytest.Config) -> None:
    """Reopen this process's log file for appending, so that its records overwrite nobody's."""
    plugin = config.pluginmanager.getplugin("logging-plugin")
    handler = getattr(plugin, "log_file_handler", None)
    if handler is None or getattr(handler, "mode", "a") == "a":
        return
    path = Path(handler.baseFilename)
    if not path.is_file():
        return
    with contextlib.suppress(OSError):
        fresh = path.open("a", encoding=handler.encoding)
        handler.mode = "a"
        before = handler.setStream(fresh)
        if before is not None:
            before.close()
