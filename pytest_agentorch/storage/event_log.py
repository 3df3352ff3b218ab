"""The event log of a run: `events.jsonl`, one event per line, append-only.

Every report can be rebuilt from it, also when the controller was killed.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from io import FileIO
from pathlib import Path
from typing import get_args

from pytest_agentorch.model.errors import AgentorchError
from pytest_agentorch.model.event import Event
from pytest_agentorch.model.frozen import Frozen, defaults, fields, values
from pytest_agentorch.model.record import lift, lower


def _row(value: object) -> object:
    """Return the form of a nested row or an enum: what is in it, the encoder asks for again."""
    return list(values(value)) if isinstance(value, Frozen) else lower(value)


# One C encoder for all lines. Escaped to ASCII: lone surrogates survive, and a torn line is never
# torn inside a character.
_ENCODER = json.JSONEncoder(separators=(",", ":"), default=_row, check_circular=False)


class EventLogError(AgentorchError):
    """A line of an event log that no event of this version fits."""


class EventLog:
    """A subscriber that appends each event to a file.

    A batch of lines is one `write` to the operating system: what was flushed survives the death of
    this process.
    """

    name = "event-log"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: FileIO | None = None
        self._events: list[Event] = []

    def on_event(self, event: Event) -> None:
        """Append the event to the batch: it is frozen, so it can be encoded later."""
        self._events.append(event)

    def flush(self) -> None:
        """Write the batch.

        Raises:
            OSError: it cannot be written; it is lost.
        """
        if self._events:
            batch, self._events = self._events, []
            file = self._file = self._file or _open(self.path)
            rest = memoryview("".join(map(encode, batch)).encode("ascii"))
            while rest:
                # A disk that fills up takes a part, and refuses only what comes then.
                rest = rest[file.write(rest) :]

    def close(self) -> None:
        """Write the batch and close the file. A second call does nothing."""
        try:
            self.flush()
        finally:
            if self._file is not None:
                self._file.close()


def encode(event: Event) -> str:
    """Return the line of an event: an object with its name and its fields."""
    kind: type = type(event)
    line = {"event": kind.__name__}
    line.update(zip(fields(kind), values(event), strict=True))
    return _ENCODER.encode(line) + "\n"


def decode(line: str | bytes) -> Event:
    """Return the event of a line.

    Raises:
        EventLogError: the line is no event that this version knows.
    """
    try:
        data = json.loads(line)
        kind = _kinds()[data.pop("event")]
        names = fields(kind)
        if len(data) < len(names):
            # An earlier version, which had fewer, has written it.
            data = {name: lower(value) for name, value in defaults(kind).items()} | data
        if data.keys() != set(names):
            raise EventLogError(f"{kind.__name__} has not the fields {', '.join(data)}")
        event: Event = lift(kind, [data[name] for name in names])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EventLogError(f"not an event: {error!r}") from error
    return event


def read_events(path: Path) -> Iterator[Event]:
    """Yield the events of a log. A last line without its end is left out: its writer was killed.

    Raises:
        EventLogError: a complete line is no event.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        yield from events_of(file, path.name)


def events_of(lines: Iterable[bytes], name: str) -> Iterator[Event]:
    """Yield the events of the lines of a log that is called so; as `read_events`."""
    for number, line in enumerate(lines, start=1):
        if not line.endswith(b"\n"):
            return
        try:
            yield decode(line)
        except EventLogError as error:
            raise EventLogError(f"{name}, line {number}: {error}") from error


@functools.cache
def _kinds() -> dict[str, type]:
    return {kind.__name__: kind for kind in get_args(Event)}


def _open(path: Path) -> FileIO:
    _drop_torn_line(path)
    return path.open("ab", buffering=0)


def _drop_torn_line(path: Path) -> None:
    """Cut what a killed writer left behind the last line, so that a resumed log stays readable."""
    try:
        with path.open("r+b") as file:
            content = file.read()
            file.truncate(content.rfind(b"\n") + 1)
    except FileNotFoundError:
        return
