"""What somebody may have meant who has written a name that nobody knows."""

from __future__ import annotations

from collections.abc import Sequence


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Return ` Did you mean "..."?`, or nothing if no known name is close."""
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    return f' Did you mean "{close[0]}"?' if close else ""
