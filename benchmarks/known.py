"""Known difference: one that has a cause, told in a sentence, and no longer fails the comparison.

The file is TOML: a table per suite, in it `"id pattern" = "cause"`. In a pattern only `*` is
special, for ids are full of brackets and question marks.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDifferences:
    """Suite -> id pattern -> cause."""

    causes: Mapping[str, Mapping[str, str]]

    def cause(self, suite: str, id: str) -> str:  # noqa: A002 - it is the test's id
        """Why that test differs; empty if nobody knows."""
        patterns = self.causes.get(suite, {})
        return next((patterns[pattern] for pattern in patterns if _matches(pattern, id)), "")


def read(path: Path) -> KnownDifferences:
    """What the file says; nothing is known without a file."""
    if not path.is_file():
        return KnownDifferences(causes={})
    return KnownDifferences(causes=tomllib.loads(path.read_text(encoding="utf-8")))


def _matches(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None
