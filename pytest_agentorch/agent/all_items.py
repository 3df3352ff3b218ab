"""`session.items` where not everything has been collected: it is, as soon as somebody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from pytest_agentorch.model.late_list import LateList


class AllItems(LateList[pytest.Item]):
    """A list that is filled when it is used for the first time."""

    def __init__(self, collect: Callable[[], Iterable[pytest.Item]]) -> None:
        super().__init__()
        self._collect: Callable[[], Iterable[pytest.Item]] | None = collect

    def fill(self) -> None:
        """Collect, if that is still to be done. Whoever looks meanwhile sees nothing."""
        collect, self._collect = self._collect, None
        if collect is not None:
            self[:] = collect()
