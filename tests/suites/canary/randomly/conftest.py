import os
import random

import pytest

AT_IMPORT = random.random()


@pytest.hookimpl(trylast=True)
def pytest_runtest_call(item):
    """Write down the order, who ran it, and the next random number after seeding."""
    who = os.environ.get("PYTEST_XDIST_WORKER", "serial")
    with open("order.txt", "a") as file:
        file.write(f"{who} {item.nodeid} {random.random()}\n")
