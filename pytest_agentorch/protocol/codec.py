"""Messages to bytes and back: one blob per batch, JSON inside, never pickle.

Long texts follow the JSON as they are, after a line break, which JSON has nowhere. execnet's own
serializer is slow and refuses subclasses, enums and large ints; a bytes object passes through it
untouched. What JSON does not know (a plugin's object in a report) becomes its `repr`; whatever
such objects do, encoding does not raise. Batches are numbered: one that is lost, empty or mangled
is noticed, also when a test has replaced parts of the standard library. So nothing is
looked up in other modules when messages come and go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from json import JSONDecoder, JSONEncoder
from typing import Any, Generic, TypeVar, get_args

from pytest_agentorch.model.errors import ProtocolError
from pytest_agentorch.model.frozen import fields
from pytest_agentorch.model.record import Lift, lifter, lower
from pytest_agentorch.protocol.long_text import LongTexts, put_back
from pytest_agentorch.protocol.mail import LetterPosted
from pytest_agentorch.protocol.salvage import describe, salvage
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import (
    CollectReported,
    ReportLogged,
    TestEnded,
    TestPrinted,
    TestsCollected,
    ToController,
)
from pytest_agentorch.protocol.to_zygote import ToZygote

M = TypeVar("M")


class _Encoder(JSONEncoder):
    """Keeps its methods when somebody replaces those of its base."""

    encode, iterencode = JSONEncoder.encode, JSONEncoder.iterencode


class _Decoder(JSONDecoder):
    """Keeps its methods, too."""

    decode, raw_decode = JSONDecoder.decode, JSONDecoder.raw_decode


_to_json = _Encoder(default=describe, separators=(",", ":")).encode
_from_json = _Decoder().decode
_WITH_TEXTS = (
    *(TestPrinted, TestEnded, ReportLogged, CollectReported, TestsCollected),
    LetterPosted,
)
_END_OF_JSON = b"\n"


class Codec(Generic[M]):
    """Encodes and decodes the messages of one direction."""

    def __init__(self, union: Any) -> None:
        # Made now: annotations are resolved in `sys.modules`, and that may be empty later.
        self._lifters: dict[str, Lift] = {kind.__name__: lifter(kind) for kind in get_args(union)}

    def encode(self, messages: Iterable[M], number: int) -> bytes:
        """Return one blob for a batch of messages, the batches before it being so many."""
        batch = list(messages)
        try:
            return _dump(number, batch, lower)
        except Exception:  # noqa: BLE001 - any object of any plugin
            return _dump(number, batch, _salvaged)

    def decode(self, blob: bytes, number: int) -> Sequence[M]:
        """Return the messages of a blob, the batches before it having been so many.

        Raises:
            ProtocolError: it is not one of ours, or another one.
        """
        try:
            sent, count, rows = _load(blob)
            messages = [self._lifters[name](values) for name, values in rows]
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            raise ProtocolError(f"cannot read {blob[:200]!r}: {error!r}") from error
        if sent != number:
            raise ProtocolError(f"batch {sent!r:.80} has come where {number} was due")
        if count != len(messages):
            raise ProtocolError(f"batch {number} has {len(messages)} messages, not {count!r:.80}")
        return messages


def _dump(number: int, batch: list[Any], fields_of: Callable[[Any], Any]) -> bytes:
    rows: list[list[Any]] = []
    texts = LongTexts()
    for message in batch:
        values = fields_of(message)
        if isinstance(message, _WITH_TEXTS):
            texts.take_from(values, (len(rows), 1))
        rows.append([type(message).__name__, values])
    if not texts.segments:
        return _to_json([number, len(rows), rows]).encode("ascii")
    sizes = list(map(len, texts.segments))
    head = _to_json([number, len(rows), rows, texts.places, sizes]).encode("ascii")
    return b"".join((head, _END_OF_JSON, *texts.segments))


def _load(blob: bytes) -> tuple[Any, Any, Any]:
    end = blob.find(_END_OF_JSON)
    if end < 0:
        sent, count, rows = _from_json(blob.decode("ascii"))
    else:
        sent, count, rows, places, sizes = _from_json(blob[:end].decode("ascii"))
        put_back(rows, places, sizes, memoryview(blob)[end + 1 :])
    return sent, count, rows


def _salvaged(message: Any) -> list[Any]:
    """Return the fields of a message of which one cannot be encoded: the others are as usual."""
    values = []
    for name in fields(type(message)):
        value = getattr(message, name)
        try:
            lowered = lower(value)
            _to_json(lowered)
        except Exception:  # noqa: BLE001 - any object of any plugin
            lowered = salvage(value)
        values.append(lowered)
    return values


def dump_data(data: Any) -> str:
    """Return plain data as text, for what need not be read with its message."""
    return _to_json(lower(data))


def load_data(text: str) -> Any:
    """Return the data of such a text."""
    return _from_json(text)


TO_AGENT: Codec[ToAgent] = Codec(ToAgent)
TO_CONTROLLER: Codec[ToController] = Codec(ToController)
TO_ZYGOTE: Codec[ToZygote] = Codec(ToZygote)
