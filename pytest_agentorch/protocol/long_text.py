"""Long texts of messages, taken out of their JSON: they follow it as they are, in UTF-8.

What a test has printed then costs a copy. A text that is in several places travels once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LONG = 2000
"""Shorter texts stay where they are."""
_DEEPEST = 6
"""Reports have their texts in `sections`, and what is nested deeper is rarely long."""

Place = Sequence[Any]
"""The way to a text, by positions and keys; its last element is the number of the text."""


class LongTexts:
    """The texts of one batch."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.segments: list[bytes] = []
        self._numbers: dict[int, int] = {}
        self._texts: list[str] = []

    def take_from(self, holder: Any, way: tuple[Any, ...] = ()) -> None:
        """Take all long texts out of lists and dictionaries, which are changed."""
        if type(holder) is list:
            items: Any = enumerate(holder)
        elif type(holder) is dict:
            items = holder.items()
        else:
            return
        for key, value in items:
            kind = type(value)
            if kind is str:
                if len(value) >= LONG:
                    self.places.append((*way, key, self._number(value)))
                    holder[key] = None
            elif (kind is list or kind is dict) and len(way) < _DEEPEST:
                self.take_from(value, (*way, key))

    def _number(self, text: str) -> int:
        number = self._numbers.get(id(text))
        if number is None:
            number = self._numbers[id(text)] = len(self.segments)
            self.segments.append(text.encode("utf-8", "surrogatepass"))
            # Kept, so that no other text gets its id.
            self._texts.append(text)
        return number


def put_back(holder: Any, places: Sequence[Place], sizes: Sequence[int], tail: memoryview) -> None:
    """Put texts back where they were taken from.

    Raises:
        ValueError, TypeError, LookupError: they do not fit.
    """
    texts: list[str] = []
    start = 0
    for size in sizes:
        texts.append(str(tail[start : start + size], "utf-8", "surrogatepass"))
        start += size
    if start != len(tail) or min(sizes, default=0) < 0:
        raise ValueError(f"{len(tail)} bytes of text, not {start}")
    for *way, key, number in places:
        inner = holder
        for step in way:
            inner = inner[step]
        if inner[key] is not None:
            raise ValueError("a text has come for a place that is taken")
        inner[key] = texts[number]
