import os


def pytest_runtest_call(item):
    who = os.environ.get("PYTEST_XDIST_WORKER", "serial")
    with open("order.txt", "a") as file:
        file.write(f"{who} {item.nodeid}\n")
