"""A text of several lines on pytest's terminal.

The terminal escapes all of what it is given at once, ends of lines too, if its encoding lacks one
letter of it. Line by line, only lines with such a letter are escaped.
"""

from __future__ import annotations

from _pytest._io import TerminalWriter


class TextLines(str):
    """The text of a failure: plain text to whoever looks at it, lines to a terminal."""

    __slots__ = ()

    def toterminal(self, tw: TerminalWriter) -> None:
        """Write it."""
        write_lines(tw, self)


def write_lines(tw: TerminalWriter, text: str) -> None:
    """Write all lines of a text."""
    for line in text.split("\n"):
        tw.line(line)
