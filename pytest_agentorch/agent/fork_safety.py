"""Whether agents can be forked from this process, once it has collected."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key

from pytest_agentorch.agent.child_processes import living_children
from pytest_agentorch.agent.fork_breakers import live_breakers
from pytest_agentorch.agent.identity import IdentityWatch
from pytest_agentorch.agent.open_files import OpenFiles
from pytest_agentorch.agent.os_threads import other_threads
from pytest_agentorch.agent.renewal import connections
from pytest_agentorch.agent.vetted import HARMLESS_ASKERS, SESSION_FINISH
from pytest_agentorch.model.objection import Objection


class ForkSafety:
    """Looks at the process when it begins, and again when it has collected."""

    def __init__(self, watch: IdentityWatch) -> None:
        self._watch = watch
        self._files = OpenFiles()

    def objections(self, session: pytest.Session) -> tuple[Objection, ...]:
        """Say what speaks against a fork; what forbids it comes first."""
        threads = [f"{name} is running" for name in other_threads()]
        return (
            *(Objection(reason=reason, forbids=True) for reason in threads),
            *(Objection(reason=reason) for reason in self._risks(session.config)),
        )

    def _risks(self, config: pytest.Config) -> Iterator[str]:
        root = config.rootpath
        yield from live_breakers()
        yield from _session_ends(config, root)
        yield from self._askers(root)
        factory = getattr(config, "_tmp_path_factory", None)
        if getattr(factory, "_basetemp", None) is not None:
            yield "tmp_path_factory was used before the tests"
        yield from self._files.opened(own=_own_descriptors(config), root=root)
        for name in living_children():
            yield f'process "{name}" was started before the tests'

    def _askers(self, root: Path) -> Iterator[str]:
        for asker in self._watch.askers:
            if _package(asker.module) not in HARMLESS_ASKERS:
                yield f"{_short(asker.path, root)}:{asker.line} asks for {asker.what}"


def _session_ends(config: pytest.Config, root: Path) -> Iterator[str]:
    """Name hooks that would undo in each agent what was done for all of them."""
    for implementation in config.hook.pytest_sessionfinish.get_hookimpls():
        function: Any = implementation.function
        module = str(getattr(function, "__module__", None) or implementation.plugin_name)
        code = getattr(getattr(function, "__func__", function), "__code__", None)
        path = Path(getattr(code, "co_filename", ""))
        if path.name == "conftest.py":
            yield f"{_short(str(path), root)} has pytest_sessionfinish"
        elif _package(module) not in SESSION_FINISH:
            yield f"plugin {module} has pytest_sessionfinish"


def _own_descriptors(config: pytest.Config) -> set[int]:
    """Descriptors of pytest's that every agent replaces, or that are meant to be shared."""
    found: set[int] = set()
    manager: Any = config.pluginmanager.getplugin("capturemanager")
    capturing = getattr(manager, "_global_capturing", None)
    for stream in ("in_", "out", "err"):
        capture = getattr(capturing, stream, None)
        found |= _numbers(
            getattr(capture, "targetfd_save", None),
            getattr(capture, "targetfd_invalid", None),
            getattr(capture, "tmpfile", None),
        )
    found |= _numbers(config.stash.get(fault_handler_stderr_fd_key, None))
    found |= _numbers(*connections(config))
    logging: Any = config.pluginmanager.getplugin("logging-plugin")
    return found | _numbers(getattr(getattr(logging, "log_file_handler", None), "stream", None))


def _numbers(*things: Any) -> set[int]:
    """The descriptors among what may be one, a file, or nothing."""
    found = set()
    for thing in things:
        if isinstance(thing, int):
            found.add(thing)
        elif thing is not None:
            with contextlib.suppress(OSError, ValueError, AttributeError):
                found.add(thing.fileno())
    return found


def _package(module: str) -> str:
    return module.partition(".")[0]


def _short(path: str, root: Path) -> str:
    return str(Path(path).relative_to(root)) if Path(path).is_relative_to(root) else path
