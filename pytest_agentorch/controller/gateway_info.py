"""What execnet knows of the process behind a gateway that could not be asked."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from execnet.gateway import RInfo


def info_like_ours() -> RInfo:
    """Return what is true of this process: the other is a fork of it, or began where it is."""
    return RInfo(
        {
            "executable": sys.executable,
            "version_info": sys.version_info[:5],
            "platform": sys.platform,
            "cwd": str(Path.cwd()),
            "pid": os.getpid(),
        }
    )
