"""A plugin: pytest-xdist is not installed. The harness copies it into a suite."""

import importlib.metadata
import sys

installed = importlib.metadata.distribution


class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == "xdist":
            raise ModuleNotFoundError(name)


def distribution(name):
    if name == "pytest-xdist":
        raise importlib.metadata.PackageNotFoundError(name)
    return installed(name)


sys.meta_path.insert(0, Finder)
importlib.metadata.distribution = distribution
