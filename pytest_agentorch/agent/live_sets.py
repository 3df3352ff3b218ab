"""The sets in which a tracer of coverage keeps what it has seen, read where they lie.

To ask coverage takes as long as many tests do. Its sets are private: before they are relied on they
are compared with what coverage itself says is in them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import cache
from itertools import compress
from operator import ne
from typing import Any

Value = int | tuple[int, int]
"""A line, or an arc."""
Decode = Callable[[Any], Value]

_ATTEMPTS = 3
"""A thread may run while they are compared."""


class LiveSets:
    """They grow until coverage flushes them.

    Args:
        collector: that of a `Coverage` that has been started.
    """

    def __init__(self, collector: Any) -> None:
        data = getattr(collector, "data", None)
        self._data: dict[str, set[Any]] = data if type(data) is dict else {}
        # It asks the system about each part of a path.
        self._map: Callable[[str], str] = cache(getattr(collector, "file_mapper", str))
        self._decode: Decode | None = None
        self._attempts = 0 if self._data is data else _ATTEMPTS
        self._sizes: list[int] = []
        self._seen: dict[str, set[Any]] = {}

    @property
    def is_proved(self) -> bool:
        """Whether they can be relied on."""
        return self._decode is not None

    @property
    def is_refuted(self) -> bool:
        """Whether they cannot."""
        return self._decode is None and self._attempts >= _ATTEMPTS

    def copy(self) -> dict[str, set[Any]]:
        """Return what is in them now, as it is."""
        return {name: set(values) for name, values in self._data.copy().items() if values}

    def put_back(self, copy: Mapping[str, set[Any]]) -> None:
        """Have coverage keep what was in them, as if they had not been flushed."""
        for name, values in copy.items():
            self._data.setdefault(name, set()).update(values)

    def prove(self, copy: Mapping[str, set[Any]], flushed: Mapping[str, Collection[Value]]) -> None:
        """Compare what was in them with what coverage has made of it."""
        wanted = {file: set(values) for file, values in flushed.items()}
        self._attempts += 1
        for decode in _DECODERS:
            if self._decoded(copy, decode) == wanted:
                self._decode = decode

    def forget(self) -> None:
        """They were flushed: what comes into them is new, also if it was in them before."""
        self._seen.clear()
        self._sizes = []

    def fresh(self) -> dict[str, set[Value]]:
        """Return what has come since they were looked at last."""
        assert self._decode is not None
        data = self._data.copy()
        # Where a tracer is at work loops are slow: what can be done in C is.
        sizes = list(map(len, data.values()))
        if sizes == self._sizes:
            return {}
        before = self._sizes + [0] * (len(sizes) - len(self._sizes))
        grown = dict(compress(data.items(), map(ne, sizes, before)))
        self._sizes = sizes
        for name, values in grown.items():
            seen = self._seen.setdefault(name, set())
            grown[name] = values - seen
            seen |= grown[name]
        return self._decoded(grown, self._decode)

    def _decoded(self, found: Mapping[str, set[Any]], decode: Decode) -> dict[str, set[Value]]:
        files: defaultdict[str, set[Value]] = defaultdict(set)
        for name, values in found.items():
            files[self._map(name)].update(map(decode, values))
        return dict(files)


def _unpacker(width: int) -> Decode:
    """Undo what the tracer in C does: two numbers of so many bits, and then their signs."""
    mask, first, second = (1 << width) - 1, 1 << 2 * width, 1 << 2 * width + 1

    def unpack(packed: Any) -> Value:
        if type(packed) is not int:
            return 0
        one, two = packed & mask, packed >> width & mask
        return -one if packed & first else one, -two if packed & second else two

    return unpack


def _as_it_is(value: Any) -> Value:
    number: Value = value
    return number


_DECODERS: tuple[Decode, ...] = (_as_it_is, _unpacker(28), _unpacker(20))
"""Lines and the arcs of other tracers; what the tracer in C has had since 7.16, and before."""
