"""A page of the documentation, taken apart.

* A heading of level 2 begins an empty folder; headings below it go on with what is there.
* A block of `python`, `toml`, `ini` or `yaml` names its file in its first line, such as
  `# tests/test_cart.py`, and is written there.
* A block of `console` holds commands (`$ pytest ...`) and what they print. `...` elides anything,
  a line of it any number of lines, also none; durations, the efficiency, how many agents came in
  time, names and moments of runs, the length of rules and spaces may differ. The last command of
  the block ends with the exit code 0, or N where the block begins with `console exit=N`.
* Other blocks (`sh`, `text`, `json`, `mermaid`) are not run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILES = ("python", "toml", "ini", "yaml")
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$|^## [^\n]*$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (\S+\.\w+)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block, or a heading of level 2 (`language` is empty then)."""

    language: str
    options: str
    text: str
    line: int

    @property
    def file(self) -> str | None:
        """The file that the block is the content of."""
        named = _FILE.match(self.text)
        return named[1] if named and self.language in FILES else None

    @property
    def exit_code(self) -> int:
        """How the last command ends."""
        return int(self.options.partition("exit=")[2] or 0)

    @property
    def commands(self) -> Iterator[tuple[str, str]]:
        """Each command with what it is said to print."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def blocks(page: Path) -> list[Block]:
    """Return the blocks and the headings of a page, in order."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(
            language=found[1] or "",
            options=(found[2] or "").strip(),
            text=found[3] or "",
            line=text.count("\n", 0, found.start()) + 1,
        )
        for found in _FENCE.finditer(text)
    ]
