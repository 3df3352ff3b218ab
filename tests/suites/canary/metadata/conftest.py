import os


def pytest_metadata(metadata):
    metadata["Canary"] = "yes"
    metadata.pop("Plugins", None)
    if "PYTEST_XDIST_WORKER" in os.environ:
        metadata["From an agent"] = "yes"
