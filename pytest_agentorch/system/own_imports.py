"""Our own modules, imported past pytest's import hook.

It looks at the name of each module for as long as Python takes to find it, to see whether its
asserts are to be rewritten. Ours never are, and a run imports three hundred of them.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_OURS = f"{__name__.partition('.')[0]}."


class _OwnFinder:
    """Finds our modules, and no others."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(name, path) if name.startswith(_OURS) else None


@contextlib.contextmanager
def quick() -> Iterator[None]:
    """Ask nobody else where our modules are; conftests that are imported later find no trace."""
    finder = _OwnFinder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            sys.meta_path.remove(finder)
