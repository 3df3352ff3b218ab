"""Randomness across a fork: agents differ from each other unless the suite has seeded them."""

from __future__ import annotations

import random

_WORDS_OF_STATE = 624
_LONGEST_USE = 64
"""How many times all words of the generator may have been used up without being seeded."""


class Randomness:
    """Python's global generator, looked at before any code of the suite has run."""

    def __init__(self) -> None:
        self._before = self._now = random.getstate()

    def keep(self) -> None:
        """Remember how the suite has left it: Python seeds it anew in every fork."""
        self._now = random.getstate()

    def renew(self) -> None:
        """Go on with what is remembered if the suite has seeded it, with fresh numbers if not."""
        if self._was_seeded():
            random.setstate(self._now)
        else:
            random.seed()

    def _was_seeded(self) -> bool:
        """Whether its state cannot have come about by drawing numbers only."""
        now = self._now
        if now[0] != self._before[0]:
            return True
        trial = random.Random()  # noqa: S311 - not for secrets
        trial.setstate(self._before)
        for _ in range(_LONGEST_USE):
            if trial.getstate()[1][:_WORDS_OF_STATE] == now[1][:_WORDS_OF_STATE]:
                return False
            trial.getrandbits(32 * _WORDS_OF_STATE)
        return True
