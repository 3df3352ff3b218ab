"""What tests depend on besides the code of the project: Python, packages, configuration."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
from collections.abc import Iterator
from json import JSONEncoder
from pathlib import Path

import pytest

from pytest_agentorch import __version__
from pytest_agentorch.agent.project_files import ProjectFiles
from pytest_agentorch.model.reuse import ReuseSettings
from pytest_agentorch.storage.digest import digest_of

_to_json = JSONEncoder(sort_keys=True, default=lambda value: type(value).__qualname__).encode

_NO_MATTER = frozenset(
    (
        *("verbose", "quiet", "color", "code_highlight", "tbstyle", "showlocals", "showcapture"),
        *("fulltrace", "reportchars", "fold_skipped", "force_short_summary", "no_header"),
        *("no_summary", "xfail_tb", "durations", "durations_min", "traceconfig", "pastebin"),
        *("keyword", "markexpr", "file_or_dir", "deselect", "ignore", "ignore_glob"),
        *("maxfail", "lf", "failedfirst", "newfirst", "last_failed_no_failures", "cacheclear"),
        *("stepwise", "stepwise_skip", "stepwise_reset", "continue_on_collection_errors"),
        *("xmlpath", "junitprefix", "basetemp", "keepduplicates", "rootdir", "inifilename"),
        *("numprocesses", "maxprocesses", "dist", "distload", "tx", "px", "testrunuid"),
        *("no_cov", "no_cov_on_fail"),
    )
)
"""Options that choose tests, or say what is shown of them."""
_LIMITS = ("agents_timeout", "agents_memory_hard")
_NO_MATTER_BEFORE = ("agents", "cov_", "log_cli", "log_file", "randomly_", "random_order")
# Scripts name the folder of the interpreter.
_SCRIPT = re.compile(rb"^\.\..*\n", re.MULTILINE)
_PACKAGES = frozenset((".dist-info", ".egg-info"))


def conditions(config: pytest.Config, settings: ReuseSettings, files: ProjectFiles) -> str | None:
    """Return a digest of all of it; None if there is a file that cannot be read for sure."""
    named = files.digest(set(_files(config, settings)))
    if named is None:
        return None
    about = {
        "version": __version__,
        "python": [sys.version, sysconfig.get_platform(), list(sys.flags), sys.warnoptions],
        "packages": sorted({str(package) for package in _packages()}),
        "options": dict(_options(config)),
        "environment": {name: os.environ.get(name) for name in settings.env},
        "files": named,
    }
    return digest_of(_to_json(about).encode())


def _files(config: pytest.Config, settings: ReuseSettings) -> Iterator[str]:
    """The configuration, and what the project has named."""
    if config.inipath is not None:
        yield str(config.inipath)
    pyproject = config.rootpath / "pyproject.toml"
    if pyproject.is_file():
        yield str(pyproject)
    for pattern in settings.paths:
        for path in config.rootpath.glob(pattern):
            below = path.rglob("*") if path.is_dir() else (path,)
            yield from (str(one) for one in below if one.is_file())


def _packages() -> Iterator[tuple[str, str]]:
    """What is installed: names and versions, which the names of folders tell, and contents.

    A project that is installed to be tested keeps its version.
    """
    for folder in sys.path:
        try:
            found = [path for path in Path(folder).iterdir() if path.suffix in _PACKAGES]
        except OSError:
            continue
        for path in found:
            yield path.name, _contents(path / "RECORD")


def _contents(record: Path) -> str:
    """A digest of the digests of all files of a package; empty if nobody has kept them."""
    try:
        return digest_of(_SCRIPT.sub(b"", record.read_bytes()))
    except OSError:
        return ""


def _options(config: pytest.Config) -> Iterator[tuple[str, str]]:
    """The command line and its defaults; of what is not plain only what it is."""
    for name, value in vars(config.option).items():
        matters = name not in _NO_MATTER and not name.startswith(_NO_MATTER_BEFORE)
        if matters or name in _LIMITS:
            try:
                yield name, _to_json(value)
            except (TypeError, ValueError):
                yield name, type(value).__qualname__
