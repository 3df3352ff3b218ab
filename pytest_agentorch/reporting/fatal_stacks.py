"""The stacks that Python writes when a signal kills it, without what is the same for every test."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_HEAD = re.compile(r"(?P<current>Current t|T)hread 0x[0-9a-f]+.*\(most recent call first\):$")
_FRAME = re.compile(r"  (?:File .* line \d+ in |<no Python frame>)")
_CALLERS = (" in pytest_pyfunc_call", " in call_fixture_func", " in from_call")
"""Where pytest calls a test, a fixture, and whatever else."""
_OURS = re.compile(r'  (?:File "[^"]*[/\\](?:pytest_agentorch|execnet)[/\\]|<no Python frame>)')


def readable(lines: Sequence[str]) -> list[str]:
    """Leave out who has called a test, and threads in which there is nothing but this plugin."""
    return [line for block in _blocks(lines) for line in _shortened(block)]


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Cut into stacks, each with its head and the empty line behind it, and what is between."""
    block: list[str] = []
    is_stack = False
    for line in lines:
        begins = _HEAD.match(line) is not None
        if begins or (is_stack and line and not _FRAME.match(line)):
            yield block
            block, is_stack = [], begins
        block.append(line)
    yield block


def _shortened(block: Sequence[str]) -> Sequence[str]:
    head = _HEAD.match(block[0]) if block else None
    if head is None:
        return block
    frames = [line for line in block[1:] if line]
    if head["current"] == "T" and all(map(_OURS.match, frames)):
        return ()
    called = next((place for place, line in enumerate(frames) if line.endswith(_CALLERS)), None)
    if called is None:
        return block
    return [block[0], *frames[: called + 1], *([""] if not block[-1] else [])]
