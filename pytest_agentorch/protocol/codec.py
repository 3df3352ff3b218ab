"""Messages to bytes and back: one blob per batch, JSON inside, never pickle.

execnet's own serializer is slow and refuses subclasses, enums and large ints; a bytes object passes
through it untouched. What JSON does not know (a plugin's object in a report) becomes its `repr`;
whatever such objects do, encoding does not raise.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Sequence
from typing import Any, Generic, TypeVar, get_args

from pytest_agentorch.model.errors import ProtocolError
from pytest_agentorch.model.record import lift, lower
from pytest_agentorch.protocol.salvage import describe, salvage
from pytest_agentorch.protocol.to_agent import ToAgent
from pytest_agentorch.protocol.to_controller import ToController
from pytest_agentorch.protocol.to_zygote import ToZygote

M = TypeVar("M")


class Codec(Generic[M]):
    """Encodes and decodes the messages of one direction."""

    def __init__(self, union: Any) -> None:
        self._kinds: dict[str, type] = {kind.__name__: kind for kind in get_args(union)}

    def encode(self, messages: Iterable[M]) -> bytes:
        """Return one blob for a batch of messages."""
        batch = list(messages)
        try:
            return _dump([[type(message).__name__, lower(message)] for message in batch])
        except Exception:  # noqa: BLE001 - any object of any plugin
            return _dump([[type(message).__name__, _salvaged(message)] for message in batch])

    def decode(self, blob: bytes) -> Sequence[M]:
        """Return the messages of a blob.

        Raises:
            ProtocolError: it is not one of ours.
        """
        try:
            return [lift(self._kinds[name], fields) for name, fields in json.loads(blob)]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ProtocolError(f"cannot read {blob[:200]!r}: {error!r}") from error


def _dump(rows: list[Any]) -> bytes:
    return json.dumps(rows, default=describe, separators=(",", ":")).encode("ascii")


def _salvaged(message: Any) -> list[Any]:
    """Return the fields of a message of which one cannot be encoded: the others are as usual."""
    fields = []
    for field in dataclasses.fields(message):
        value = getattr(message, field.name)
        try:
            lowered = lower(value)
            _dump(lowered)
        except Exception:  # noqa: BLE001 - any object of any plugin
            lowered = salvage(value)
        fields.append(lowered)
    return fields


TO_AGENT: Codec[ToAgent] = Codec(ToAgent)
TO_CONTROLLER: Codec[ToController] = Codec(ToController)
TO_ZYGOTE: Codec[ToZygote] = Codec(ToZygote)
