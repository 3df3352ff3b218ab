import json
import os

from pytest_metadata.plugin import metadata_key


def pytest_metadata(metadata):
    metadata["Canary"] = "yes"
    metadata.pop("Plugins", None)
    if "PYTEST_XDIST_WORKER" in os.environ:
        metadata["From an agent"] = "yes"


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        with open("metadata.json", "w") as file:
            json.dump(config.stash[metadata_key], file)
