"""A plugin: the first test of each agent waits until the other agent has one, too.

So no agent can run a small suite alone. The harness copies it into a suite.
"""

import os
import time
from pathlib import Path

import pytest

PATIENCE_SECONDS = 60
AGENTS = 2


class Meeting:
    def __init__(self):
        self.over = False

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self):
        if not self.over:
            self.over = True
            self.wait()
        return (yield)

    def wait(self):
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        if worker is None:
            return
        folder = Path(os.environ["CANARY_MEETING"])
        (folder / worker).touch()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(list(folder.iterdir())) < AGENTS and time.monotonic() < deadline:
            time.sleep(0.01)


def pytest_configure(config):
    config.pluginmanager.register(Meeting())
