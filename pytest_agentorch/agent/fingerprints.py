"""Fingerprints of tests: what is other if anything is that a verdict depends on."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.agent.files_read import CODE, FilesRead
from pytest_agentorch.agent.import_graph import ImportGraph
from pytest_agentorch.agent.project_files import ProjectFiles, contents
from pytest_agentorch.agent.run_conditions import conditions
from pytest_agentorch.model.reuse import BY_NAME, SEEN, ReuseTask
from pytest_agentorch.storage.digest import digest_of

_CONFTEST = "conftest.py"


class Fingerprints:
    """A pytest plugin: at the end of a session it tells what has been loaded by name, and read.

    A test depends on its file, on conftests and plugins of the project, and on what these import.
    Where anything may have been loaded in another way it depends on all files of the project but
    those of other tests.
    """

    def __init__(self, config: pytest.Config, task: ReuseTask) -> None:
        self._config = config
        self._task = task
        self._read = FilesRead.listen(config.rootpath, _cache_folder(config))
        self._files = ProjectFiles(config.rootpath, task.began)
        self._graph = ImportGraph(self._files)
        self._tests: frozenset[str] = frozenset()
        self._early: tuple[set[str], Sequence[str]] = set(), ()
        self._of_file: dict[str, str] = {}

    def know(self, items: Sequence[pytest.Item]) -> None:
        """Take note of what is in files of tests, whatever these are called."""
        self._tests = frozenset({str(item.path) for item in items})

    def of(self, path: Path) -> str:
        """Return the fingerprint of tests of a file; empty if they are always to run."""
        file = str(path)
        found = self._of_file.get(file)
        if found is None:
            found = self._of_file[file] = self._make(file)
        return found

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Take note of what has been loaded before any test is: plugins may load by name, too."""
        self._early = set(self._files.loaded()), self._find_configuring()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Tell what nobody has imported by now. Where that fails nothing is remembered."""
        with contextlib.suppress(Exception):
            self._tell()

    def _tell(self) -> None:
        output: dict[str, Any] = self._config.workeroutput  # type: ignore[attr-defined]
        by_name = self._loaded_by_name()
        seen = self._read.digests(filter(self._files.was_there, by_name))
        if seen is not None and self._files.are_as_they_were():
            output[BY_NAME] = [self._files.name(file) for file in sorted(by_name)]
            output[SEEN] = {self._files.name(file): digest for file, digest in seen.items()}

    def _make(self, file: str) -> str:
        conftests, plugins = self._configuring
        folder = Path(file).parent
        above = [one for one in conftests if folder.is_relative_to(Path(one).parent)]
        reached = self._graph.reach([file, *above, *plugins])
        variables = sorted(self._graph.variables(reached))
        environment = repr([(name, os.environ.get(name)) for name in variables])
        parts = [self._conditions, self._files.digest({file, *reached}), environment]
        is_code = file.endswith(CODE)
        if not is_code or self._everything_counts or any(map(self._graph.loads_by_name, reached)):
            parts.append(self._everything)
        return "" if None in parts else digest_of(repr(parts).encode())

    @cached_property
    def _conditions(self) -> str | None:
        return conditions(self._config, self._task.settings, self._files)

    @cached_property
    def _configuring(self) -> tuple[Sequence[str], Sequence[str]]:
        """The conftests, and what else of the project all tests depend on."""
        files = self._find_configuring()
        conftests = [file for file in files if Path(file).name == _CONFTEST]
        return conftests, [file for file in files if Path(file).name != _CONFTEST]

    def _find_configuring(self) -> Sequence[str]:
        plugins: list[Any] = [*self._config.pluginmanager.get_plugins(), sys.modules["__main__"]]
        found = (contents(plugin).get("__file__") for plugin in plugins)
        return [file for file in found if isinstance(file, str) and self._files.has(file)]

    @cached_property
    def _everything_counts(self) -> bool:
        return self._task.by_name or bool(self._loaded_by_name())

    def _loaded_by_name(self) -> set[str]:
        loaded = set(self._files.loaded())
        conftests, plugins = self._configuring
        tests = filter(self._is_test_file, loaded)
        imported = self._graph.reach([*tests, *self._tests, *conftests, *plugins])
        early, configuring = self._early
        return (loaded - imported) | (early - self._graph.reach(configuring))

    @cached_property
    def _everything(self) -> str | None:
        """A digest of all code of the project that is in no file of tests."""
        loaded = filter(self._is_code, self._files.loaded())
        return self._files.digest({*self._below_root(), *loaded})

    def _below_root(self) -> Iterator[str]:
        skipped = self._config.getini("norecursedirs")
        for folder, folders, names in os.walk(self._files.root):
            folders[:] = [
                name
                for name in folders
                if not any(fnmatch(name, pattern) for pattern in skipped)
                and not Path(folder, name, "pyvenv.cfg").exists()
            ]
            found = (os.path.join(folder, name) for name in names if name.endswith(".py"))  # noqa: PTH118 - there are many
            yield from filter(self._is_code, found)

    def _is_code(self, file: str) -> bool:
        return not self._is_test_file(file) and self._files.has(file)

    def _is_test_file(self, file: str) -> bool:
        name = Path(file).name
        return any(fnmatch(name, pattern) for pattern in self._patterns)

    @cached_property
    def _patterns(self) -> Sequence[str]:
        """How files of tests are called, where that tells them from others."""
        return [one for one in self._config.getini("python_files") if not fnmatch("shop.py", one)]


def _cache_folder(config: pytest.Config) -> Path:
    try:
        name = str(config.getini("cache_dir"))
    except ValueError:
        name = ".pytest_cache"
    return config.rootpath / Path(os.path.expandvars(name)).expanduser()
