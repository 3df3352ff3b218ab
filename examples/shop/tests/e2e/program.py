"""The program as a user runs it: `python -m shop` in a process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shop.client import Client

PROJECT = Path(__file__).parents[2]

TERMINATED = 1 if os.name == "nt" else 0  # Windows ends a process without asking it


class Program:
    """The program on one database."""

    def __init__(self, database: Path) -> None:
        self._command = [sys.executable, "-m", "shop", "--database", str(database)]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [*self._command, *arguments],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    @contextmanager
    def serve(self) -> Iterator[Client]:
        """Run the server and give a client of it; at the end, stop the server with SIGTERM."""
        command = [*self._command, "serve", "--port", "0"]
        with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield Client(_read_url(process))
            finally:
                _stop(process)


def _read_url(process: subprocess.Popen[str]) -> str:
    """Wait until the server says where it listens."""
    assert process.stdout is not None
    return process.stdout.readline().removeprefix("listening on ").strip()


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        assert process.wait(timeout=30) == TERMINATED
    except subprocess.TimeoutExpired:
        process.kill()
        raise
