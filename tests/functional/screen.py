"""A screen: what a user sees of what was written to a terminal, and what has scrolled away."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\x1b\[([?\d;]*)([A-Za-z])|\x1b([78DM])|([\r\n\b])|([^\x1b\r\n\b]+)")


class Screen:
    """Knows what pytest and the live lines use, and no more.

    Attributes:
        gone: the lines that have scrolled away, oldest first.
    """

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self._columns, self._rows = columns, rows
        self._lines = [""] * rows
        self._row = self._column = 0
        self._saved = (0, 0)
        self._wraps = True
        self.gone: list[str] = []

    @property
    def lines(self) -> list[str]:
        """What is to be seen, without what is empty below."""
        return "\n".join(line.rstrip() for line in self._lines).rstrip("\n").split("\n")

    @property
    def all_lines(self) -> list[str]:
        """The same behind what has scrolled away."""
        return [*self.gone, *self.lines]

    def write(self, text: str) -> None:
        """Take what is written to the terminal."""
        for token in _TOKEN.finditer(text):
            number, command, escape, control, plain = token.groups()
            if command is not None:
                self._command(number, command)
            elif escape is not None:
                self._escape(escape)
            elif control is not None:
                self._control(control)
            else:
                self._print(plain)

    def _print(self, text: str) -> None:
        for letter in text:
            if self._column >= self._columns:
                if not self._wraps:
                    continue
                self._control("\n")
                self._column = 0
            line = self._lines[self._row].ljust(self._column)
            self._lines[self._row] = line[: self._column] + letter + line[self._column + 1 :]
            self._column += 1

    def _control(self, control: str) -> None:
        if control == "\r":
            self._column = 0
        elif control == "\b":
            self._column = max(0, self._column - 1)
        elif self._row + 1 < self._rows:
            self._row += 1
        else:
            self.gone.append(self._lines.pop(0).rstrip())
            self._lines.append("")

    def _escape(self, escape: str) -> None:
        if escape == "7":
            self._saved = self._row, self._column
        elif escape == "8":
            self._row, self._column = self._saved
        else:
            assert escape == "D"
            self._control("\n")

    def _command(self, number: str, command: str) -> None:
        if command in "AJK":
            # Behind the last column there is none: what was to come on the next line comes there.
            self._column = min(self._column, self._columns - 1)
        if command == "A":
            self._row = max(0, self._row - int(number or 1))
        elif command in "JK":
            assert not number
            self._lines[self._row] = self._lines[self._row][: self._column]
            if command == "J":
                self._lines[self._row + 1 :] = [""] * (self._rows - self._row - 1)
        elif command in "hl":
            self._wraps = self._wraps if number != "?7" else command == "h"
        else:
            assert command == "m", command
