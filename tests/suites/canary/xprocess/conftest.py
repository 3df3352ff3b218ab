import pathlib
import re
import sys

import pytest
from xprocess import ProcessStarter

HERE = pathlib.Path(__file__).parent


@pytest.fixture(scope="session")
def port(xprocess, worker_id):
    """The port of a server of this agent's own, which ends with its session."""
    name = f"server-{worker_id}"

    class Starter(ProcessStarter):
        pattern = "listening on"
        timeout = 60
        terminate_on_interrupt = True
        args = [sys.executable, "-S", str(HERE / "server.py"), "0"]

    _pid, log = xprocess.ensure(name, Starter)
    yield int(re.findall(r"listening on (\d+)", pathlib.Path(log).read_text())[-1])
    xprocess.getinfo(name).terminate()
