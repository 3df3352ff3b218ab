"""Which files of the project a file imports, and what these import."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from pytest_agentorch.agent.project_files import ProjectFiles, contents
from pytest_agentorch.agent.source_imports import imported_names, loads_by_name
from pytest_agentorch.agent.source_variables import variables_asked_for, variables_set
from pytest_agentorch.model.frozen import Frozen

_PACKAGE = "__init__.py"


class _Found(Frozen):
    """What a dotted name leads to.

    Attributes:
        files: of the project, those of the packages above included.
        folders: where modules below are; none if there can be none of the project.
    """

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class _Source(Frozen):
    """A file.

    Attributes:
        imports: files of the project.
        by_name: it seems to load others, too.
        asks, sets: environment variables.
    """

    imports: frozenset[str] = frozenset()
    by_name: bool = False
    asks: frozenset[str] = frozenset()
    sets: frozenset[str] = frozenset()


_NOWHERE = _Found()


class ImportGraph:
    """Reads each file once."""

    def __init__(self, files: ProjectFiles) -> None:
        self._files = files
        self._sources: dict[str, _Source] = {}
        self._found: dict[str, _Found] = {}

    def reach(self, roots: Iterable[str]) -> set[str]:
        """Return files with all that they import, wherever the import stands."""
        reached: set[str] = set()
        left = {root for root in roots if self._files.has(root)}
        while left:
            file = left.pop()
            reached.add(file)
            left |= self._source(file).imports - reached
        return reached

    def loads_by_name(self, file: str) -> bool:
        """Whether a file seems to load others, too."""
        return self._source(file).by_name

    def variables(self, files: Iterable[str]) -> set[str]:
        """Return the environment variables that files ask for, and that none of them sets."""
        sources = list(map(self._source, files))
        asked = frozenset().union(*(source.asks for source in sources))
        return {*asked.difference(*(source.sets for source in sources))}

    def _source(self, file: str) -> _Source:
        found = self._sources.get(file)
        if found is None:
            found = self._sources[file] = self._read(file)
        return found

    def _read(self, file: str) -> _Source:
        if not file.endswith((".py", ".pyw")):
            return _Source()
        try:
            text = Path(file).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return _Source(by_name=True)
        imports = {one for name in imported_names(text) for one in self._files_of(name, file)}
        imports |= self._packages_of(file)
        return _Source(
            imports=frozenset(imports - {file}),
            by_name=loads_by_name(text),
            asks=variables_asked_for(text),
            sets=variables_set(text),
        )

    def _files_of(self, name: str, file: str) -> tuple[str, ...]:
        """The files that an import of a name in a file leads to."""
        bare = name.lstrip(".")
        above, level = Path(file).parents, len(name) - len(bare)
        if not level:
            return self._find(name).files
        if level > len(above):
            return ()
        folder = above[level - 1]
        files = [str(folder / _PACKAGE)]
        folders: tuple[str, ...] = (str(folder),)
        for part in filter(None, bare.split(".")):
            found = self._look(part, folders)
            files, folders = [*files, *found.files], found.folders
        return tuple(filter(self._files.has, files))

    def _find(self, name: str) -> _Found:
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._find_anew(name)
        return found

    def _find_anew(self, name: str) -> _Found:
        package, _, last = name.rpartition(".")
        above = self._find(package) if package else None
        if above == _NOWHERE:
            return _NOWHERE
        module = contents(sys.modules.get(name))
        if module:
            own = self._place(module.get("__file__"), module.get("__path__"))
        elif above is None:
            own = self._look(name, None)
        else:
            own = self._look(last, above.folders)
        if above is None:
            return own
        return _Found(files=above.files + own.files, folders=own.folders)

    def _look(self, name: str, folders: Sequence[str] | None) -> _Found:
        """Look where an import would that loads a module: in folders, or anywhere."""
        spec = _spec(name, folders)
        if spec is None:
            return _NOWHERE
        return self._place(spec.origin, spec.submodule_search_locations)

    def _place(self, file: Any, folders: Any) -> _Found:
        files = (file,) if isinstance(file, str) else ()
        if not all(map(self._files.has, files)):
            return _NOWHERE
        return _Found(files=files, folders=tuple(map(str, folders or ())))

    def _packages_of(self, file: str) -> set[str]:
        """The packages that a file is in are imported before it."""
        found = set()
        for folder in Path(file).parents:
            package = str(folder / _PACKAGE)
            if not self._files.has(package):
                break
            found.add(package)
        return found


def _spec(name: str, folders: Sequence[str] | None) -> ModuleSpec | None:
    try:
        if folders is None:
            return importlib.util.find_spec(name)
        return PathFinder.find_spec(name, folders)
    except Exception:  # noqa: BLE001 - finders are anybody's
        return None
