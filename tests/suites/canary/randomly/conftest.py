import os
import random

AT_IMPORT = random.random()


def pytest_runtest_call(item):
    """Write down the order, who ran it, and the next random number."""
    who = os.environ.get("PYTEST_XDIST_WORKER", "serial")
    with open("order.txt", "a") as file:
        file.write(f"{who} {item.nodeid} {random.random()}\n")
