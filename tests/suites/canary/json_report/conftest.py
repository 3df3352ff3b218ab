import os


def pytest_json_modifyreport(json_report):
    json_report["canary"] = os.environ.get("PYTEST_XDIST_WORKER", "controller")


def pytest_json_runtest_metadata(item, call):
    if call.when == "call":
        return {"name": item.name}
