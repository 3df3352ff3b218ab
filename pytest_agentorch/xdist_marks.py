"""What plugins and conftests look for to know that tests are distributed: xdist's marks."""

from __future__ import annotations

import copy
import sys
from typing import Any

import pytest

from pytest_agentorch import fixtures

_OPTIONS: dict[str, tuple[tuple[str, ...], object]] = {
    "numprocesses": (("-n", "--numprocesses"), None),
    "maxprocesses": (("--maxprocesses",), None),
    "maxworkerrestart": (("--max-worker-restart",), None),
    "dist": (("--dist",), "no"),
    "loadscopereorder": (("--loadscope-reorder", "--no-loadscope-reorder"), True),
    "tx": (("--tx",), []),
    "px": (("--px",), []),
    "distload": (("-d",), False),
    "rsyncdir": (("--rsyncdir",), []),
    "rsyncignore": (("--rsyncignore",), []),
    "testrunuid": (("--testrunuid",), None),
    "maxschedchunk": (("--maxschedchunk",), None),
    "looponfail": (("-f", "--looponfail"), False),
}
"""xdist's options: where each is kept, how it is written, and what it is if nobody gives it."""
_tx: pytest.StashKey[list[str]] = pytest.StashKey()
_theirs: pytest.StashKey[frozenset[str]] = pytest.StashKey()


def announce(options: Any) -> None:
    """Say early, while plugins read the first options, that tests will be distributed.

    pytest-cov decides here; a later change would leave it without its distributed mode.
    """
    options.dist = "load"


def is_installed(config: pytest.Config) -> bool:
    """Whether xdist itself takes part in this run."""
    module = sys.modules.get("xdist.plugin")
    return module is not None and config.pluginmanager.is_registered(module)


def complete_options(config: pytest.Config) -> None:
    """Let conftests find xdist's options where it is not installed, all of them not given.

    Options of another plugin or of the suite that have the same names stay what they are.
    """
    if not is_installed(config) and _theirs not in config.stash:
        free = [name for name in _OPTIONS if not hasattr(config.option, name)]
        config.stash[_theirs] = frozenset(free)
        set_options(config, **{name: copy.copy(_OPTIONS[name][1]) for name in free})


def option(config: pytest.Config, name: str) -> Any:
    """Return an option of xdist; None for what is only called so."""
    return getattr(config.option, name, None) if name in _names(config) else None


def set_options(config: pytest.Config, **values: object) -> None:
    """Set options of xdist; what is called the same and is another's stays."""
    for name in _names(config) & values.keys():
        # Where nobody has declared an option, `getoption("--dist")` looks for just that.
        for called in (name, *_OPTIONS[name][0]):
            setattr(config.option, called, values[name])


def are_options_known(config: pytest.Config) -> bool:
    """Whether what decides on distribution is xdist's, and nobody else's of the same name."""
    return _names(config) >= {"numprocesses", "dist", "tx"}


def is_distributing(config: pytest.Config) -> bool:
    """Whether xdist itself was asked to distribute tests."""
    return bool(option(config, "numprocesses") or option(config, "tx"))


def distribute(config: pytest.Config, number: int) -> int:
    """Do what xdist does for a number, where it is not there to; return how many it starts."""
    most: int = option(config, "maxprocesses") or number
    workers = min(number, most)
    set_options(config, numprocesses=number)
    if not is_installed(config):
        dist = option(config, "dist")
        dist = "no" if not workers else "load" if dist == "no" else dist
        set_options(config, dist=dist, tx=["popen"] * workers)
    return workers


def specs(config: pytest.Config) -> list[Any]:
    """What xdist would start; nothing where `dist` says so."""
    return [] if option(config, "dist") == "no" else list(option(config, "tx") or ())


def prepare(config: pytest.Config, agents: int) -> None:
    """Set what is looked for from `pytest_configure` on. xdist itself stays idle: `tx` is empty."""
    config.stash[_tx] = []
    set_options(config, dist="load", numprocesses=agents, tx=config.stash[_tx])
    stand_in_for_xdist(config)


def is_switched_off(config: pytest.Config) -> bool:
    """Whether somebody has taken back what `prepare` has set, so that xdist would start nothing."""
    if option(config, "dist") == "no":
        return True
    tx = option(config, "tx")
    return "tx" in _names(config) and not tx and tx is not config.stash[_tx]


def stand_in_for_xdist(config: pytest.Config) -> None:
    """Register a plugin named `xdist` where xdist is not installed; it brings its fixtures."""
    if not config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.unblock("xdist")
        config.pluginmanager.register(fixtures, "xdist")
        _have_reruns_told()


def _have_reruns_told() -> None:
    """Have pytest-rerunfailures tell of them: it asks for xdist's version, and there is none."""
    plugin: Any = sys.modules.get("pytest_rerunfailures")
    if plugin is not None:
        plugin.works_with_current_xdist = lambda: True


def _names(config: pytest.Config) -> frozenset[str]:
    return config.stash.get(_theirs, frozenset(_OPTIONS))
