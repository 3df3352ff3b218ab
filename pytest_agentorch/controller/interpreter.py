"""The interpreter of agents: this one, with the options of its command line (`-O`, `-W`, `-X`)."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence

# What ends the options: code follows in place of a script.
_CODE = "cm"
# What has a value, in the same word or in the next one.
_VALUED = "WX"
_LONG_VALUED = "--check-hash-based-pycs"
# What is nothing to an agent: it is never interactive and always unbuffered.
_PASSED_OVER = "iqux"


def command() -> str | None:
    """Return how a shell would start an agent's interpreter; None if it needs no options.

    The environment is inherited: what it says is not repeated here.
    """
    options = list(options_of(getattr(sys, "orig_argv", [])[1:]))
    return shlex.join([sys.executable, *options]) if options else None


def options_of(arguments: Sequence[str]) -> Iterator[str]:
    """Return the interpreter's own options from its command line."""
    words = iter(arguments)
    for word in words:
        if word in ("-", "--") or not word.startswith("-"):
            return
        if word.startswith("--"):
            yield from (word, next(words, "")) if word == _LONG_VALUED else ()
            continue
        for position, letter in enumerate(word[1:], 2):
            if letter in _CODE:
                return
            if letter in _VALUED:
                yield f"-{letter}{word[position:] or next(words, '')}"
                break
            if letter not in _PASSED_OVER:
                yield f"-{letter}"
