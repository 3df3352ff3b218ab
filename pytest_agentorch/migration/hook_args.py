"""Hook arguments: the `args` of a hook of pre-commit that runs pytest, a list of words in YAML."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence

from pytest_agentorch.migration.edit import Edit, edited, line_of
from pytest_agentorch.migration.note import Note
from pytest_agentorch.migration.option import Translation, translate
from pytest_agentorch.migration.region import Region, names_pytest
from pytest_agentorch.model.frozen import Frozen

_KEY = re.compile(r"^(?P<indent>[ ]*(?:-[ ]+)?)(?P<key>[\w-]+):[ \t]*(?P<value>.*)$")
_WORD = r"""(?:"[^"\n]*"|'[^'\n]*'|[^\s,\[\]{}"'#][^,\[\]\n#]*)"""
_FLOW = re.compile(rf"\[\s*(?:{_WORD}\s*(?:,\s*|(?=\])))*\]")
_BLOCK = re.compile(rf"(?:\n[ ]*-[ ]+{_WORD}(?=\n|\Z))+")
_ITEM = re.compile(_WORD)
_BLOCK_ITEM = re.compile(rf"\n(?P<indent>[ ]*)-[ ]+(?P<item>{_WORD})")
_PLAIN = re.compile(r"[\w./=+-]+")


class HookArgs(Frozen):
    """One such list.

    Attributes:
        region: where it is.
        items: its words as they are spelt there.
        indent: what is before the hyphen of an item; None for a list in brackets.
    """

    region: Region
    items: tuple[str, ...]
    indent: str | None

    @property
    def command(self) -> str:
        """The words as a shell has them."""
        return shlex.join(_word(item) for item in self.items)

    def translated(self, text: str) -> Translation:
        """Say what becomes of it: it is written anew if anything does."""
        command = self.command
        found = translate(command, Region(start=0, end=len(command)))
        line = line_of(text, self.region.start)
        notes = tuple(
            Note(kind=note.kind, line=line, what=note.what, why=note.why) for note in found.notes
        )
        new = self._spelt(shlex.split(edited(command, found.edits)))
        edit = Edit(start=self.region.start, end=self.region.end, new=new)
        return Translation(edits=(edit,) if found.edits else (), notes=notes, is_left=found.is_left)

    def _spelt(self, words: Sequence[str]) -> str:
        known = {_word(item): item for item in self.items}
        items = [known.get(word) or _quoted(word) for word in words]
        if self.indent is None or not items:
            return f"[{', '.join(items)}]"
        return "".join(f"\n{self.indent}- {item}" for item in items)


def hook_args(text: str) -> list[HookArgs]:
    """Return the lists in a configuration of pre-commit."""
    return [found for hook in _hooks(text) if (found := _args(text, hook)) is not None]


def _hooks(text: str) -> Iterator[dict[str, tuple[int, str]]]:
    """Each mapping that is an item of a list: where the values of its keys are, and these."""
    open_ones: dict[int, dict[str, tuple[int, str]]] = {}
    start = 0
    for line in text.split("\n"):
        found = _KEY.match(line)
        if found is not None:
            column = len(found["indent"])
            if "-" in found["indent"]:
                yield from _closed(open_ones, column)
                open_ones[column] = {}
            else:
                yield from _closed(open_ones, column + 1)
            if column in open_ones:
                place = start + found.start("value")
                open_ones[column][found["key"]] = place, found["value"]
        start += len(line) + 1
    yield from _closed(open_ones, 0)


def _closed(
    open_ones: dict[int, dict[str, tuple[int, str]]], column: int
) -> Iterator[dict[str, tuple[int, str]]]:
    """Take out those that end where something begins in this column."""
    for each in sorted(one for one in open_ones if one >= column):
        yield open_ones.pop(each)


def _args(text: str, hook: dict[str, tuple[int, str]]) -> HookArgs | None:
    _, runs = hook.get("entry") or hook.get("id") or (0, "")
    if "args" not in hook or not names_pytest(runs):
        return None
    place = hook["args"][0]
    flow = _FLOW.match(text, place)
    if flow is not None:
        region = Region(start=place, end=flow.end())
        return HookArgs(region=region, items=tuple(_items(flow[0])), indent=None)
    block = _BLOCK.match(text, place)
    if block is None:
        return None
    items = list(_BLOCK_ITEM.finditer(block[0]))
    return HookArgs(
        region=Region(start=place, end=block.end()),
        items=tuple(item["item"].rstrip() for item in items),
        indent=items[0]["indent"],
    )


def _items(flow: str) -> Iterator[str]:
    yield from (match[0].rstrip() for match in _ITEM.finditer(flow[1:-1]))


def _word(item: str) -> str:
    return item[1:-1] if item[:1] in ("'", '"') else item


def _quoted(word: str) -> str:
    return word if _PLAIN.fullmatch(word) else json.dumps(word)
