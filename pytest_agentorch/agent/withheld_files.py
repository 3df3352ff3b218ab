"""Files that a session knows and has not imported: each is collected when somebody needs it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

import pytest


class WithheldFiles:
    """pytest's own nodes, in the order in which they were found; one path may have several."""

    def __init__(self) -> None:
        self._files: dict[str, list[pytest.File]] = {}

    def __bool__(self) -> bool:
        return bool(self._files)

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._files

    @property
    def node_ids(self) -> list[str]:
        """The node ids of all of them."""
        return list(self._files)

    def first(self, node_id: str) -> pytest.File | None:
        """The node of a file, the first one if there are several; None if it is not withheld."""
        files = self._files.get(node_id)
        return files[0] if files else None

    @contextlib.contextmanager
    def withhold(self, session: pytest.Session) -> Iterator[None]:
        """While pytest collects, take the place of every file's items.

        What a file is asked for by name (`file.py::test`) is collected as ever.
        """
        genitems = session.genitems

        def without_files(node: pytest.Item | pytest.Collector) -> Iterable[pytest.Item]:
            if not isinstance(node, pytest.File):
                return genitems(node)
            self._files.setdefault(str(node.nodeid), []).append(node)
            return ()

        # It calls itself by this name for what is below a folder.
        vars(session)["genitems"] = without_files
        try:
            yield
        finally:
            del vars(session)["genitems"]

    def collect(self, node_id: str) -> list[pytest.Item]:
        """Collect a file, under the nodes that were found first; it is withheld no longer."""
        files = self._files.pop(node_id, ())
        return [item for file in files for item in file.session.genitems(file)]
