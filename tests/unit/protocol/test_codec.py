"""Messages become bytes and messages again; nothing that a plugin made can break that."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, get_args
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_agentorch.model.errors import ProtocolError
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.protocol import to_agent as say
from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER
from tests.unit.protocol.messages import DATA, messages_of, of_type


@given(st.lists(messages_of(say.ToAgent), max_size=3))
def test_what_an_agent_is_told_arrives_as_it_was(batch: list[say.ToAgent]) -> None:
    """Every message of this direction, several at once."""
    assert TO_AGENT.decode(TO_AGENT.encode(batch, 3), 3) == batch


@pytest.mark.parametrize("kind", get_args(said.ToController), ids=lambda kind: kind.__name__)
@settings(max_examples=30)
@given(data=st.data())
def test_what_an_agent_says_arrives_as_it_was(kind: type, data: st.DataObject) -> None:
    """Every message of that direction."""
    message = data.draw(of_type(kind))
    assert TO_CONTROLLER.decode(TO_CONTROLLER.encode([message], 0), 0) == [message]


def test_a_batch_may_be_empty() -> None:
    """It says nothing."""
    assert TO_AGENT.decode(TO_AGENT.encode([], 0), 0) == []


@given(st.binary(max_size=60))
def test_bytes_that_are_none_of_ours_are_an_error_of_the_protocol(blob: bytes) -> None:
    """Never another error."""
    decode_or_refuse(blob)


@given(DATA | st.lists(st.tuples(st.sampled_from(["TestBegun", "TestEnded", "x"]), DATA)))
def test_json_that_is_none_of_ours_is_an_error_of_the_protocol(data: Any) -> None:
    """Also where a message begins like one of ours."""
    decode_or_refuse(json.dumps([0, 1, data]).encode())


@pytest.mark.parametrize(
    "blob",
    [
        b'[0,1,[["TestBegun",[1]]]]',
        b'[0,1,[["TestBegun",[1,2.0,3]]]]',
        b'[0,1,[["TestBegun",["1",2.0]]]]',
        b'[0,1,[["RunTests",[[],[],null]]]]',
        b'[0,1,[["TestBegun"]]]',
        b'[["TestBegun",[1,2.0]]]',
        b"[0,1]",
        b"",
        b"null",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_does_not_fit_is_refused(blob: bytes) -> None:
    """Too few fields, too many, other types, another direction, no envelope, nothing at all."""
    with pytest.raises(ProtocolError, match="cannot read"):
        TO_CONTROLLER.decode(blob, 0)


def test_a_batch_that_is_lost_is_noticed_at_the_next() -> None:
    """And one that comes twice."""
    blob = TO_AGENT.encode([say.Proceed()], 3)
    for due in (2, 4):
        with pytest.raises(ProtocolError, match=f"batch 3 has come where {due} was due"):
            TO_AGENT.decode(blob, due)


def test_a_batch_that_has_lost_messages_is_refused() -> None:
    """Somebody on the way has swallowed what it did not know."""
    with pytest.raises(ProtocolError, match="batch 0 has 0 messages, not 2"):
        TO_AGENT.decode(b"[0,2,[]]", 0)


@pytest.mark.parametrize(
    "target",
    [
        *("json.dumps", "json.loads", "json.JSONEncoder", "json.JSONDecoder"),
        *("json.JSONEncoder.encode", "json.JSONEncoder.iterencode", "json.JSONEncoder.default"),
        *("json.JSONDecoder.decode", "json.JSONDecoder.raw_decode"),
        *("pytest_agentorch.model.frozen.fields", "typing.get_type_hints"),
    ],
)
def test_what_tests_do_to_the_standard_library_changes_nothing(target: str) -> None:
    """A message comes and goes as usual, also one that is the first of its kind."""
    ended = said.TestEnded(
        test=1,
        number=1,
        at=2.0,
        seconds=3.0,
        cpu=1.0,
        reports=({"x": Thing()},),
        attributes=(),
        held=False,
    )
    with mock.patch(target):
        blob = TO_CONTROLLER.encode([ended], 0)
        (arrived,) = TO_CONTROLLER.decode(blob, 0)
    assert arrived == replace(ended, reports=({"x": "<a thing>"},))


def test_an_empty_table_of_modules_changes_nothing() -> None:
    """Annotations have been resolved before."""
    blob = TO_AGENT.encode([say.AdoptTests(node_ids=("a",), occurrences=(0,))], 0)
    with mock.patch.dict("sys.modules", clear=True):
        assert len(TO_AGENT.decode(blob, 0)) == 1


def decode_or_refuse(blob: bytes) -> None:
    """Decode, or raise what may be raised."""
    try:
        messages = TO_CONTROLLER.decode(blob, 0)
    except ProtocolError:
        return
    assert all(isinstance(message, get_args(said.ToController)) for message in messages)


def sent(value: Any) -> Any:
    """What arrives of a value that a plugin has put into a report."""
    message = said.CollectReported(report={"plugin": value, "outcome": "passed"})
    other = said.CollectorPassed(node_id="a.py")
    arrived, neighbour = TO_CONTROLLER.decode(TO_CONTROLLER.encode([message, other], 7), 7)
    assert isinstance(arrived, said.CollectReported)
    assert arrived.report["outcome"] == "passed"
    assert neighbour == other
    return arrived.report["plugin"]


class Thing:
    """What JSON does not know."""

    def __repr__(self) -> str:
        return "<a thing>"


class Broken:
    """Not even its `repr` works."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


class BrokenMapping(Mapping[str, int]):
    """A mapping that cannot be read."""

    def __getitem__(self, key: str) -> int:
        raise KeyError(key)

    def __len__(self) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("no")

    def __repr__(self) -> str:
        return "<a broken mapping>"


@dataclasses.dataclass
class Unfinished:
    """A dataclass without its field."""

    field: int = dataclasses.field(init=False)

    def __repr__(self) -> str:
        return "<unfinished>"


def circular() -> list[Any]:
    """A list that contains itself."""
    endless: list[Any] = [1]
    endless.append(endless)
    return endless


def nested(depth: int) -> list[Any]:
    """A list in a list in a list."""
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        ((1, (2, (3,))), [1, [2, [3]]]),
        ({1: "a", None: "b"}, {"1": "a", "None": "b"}),
        ("\ud800", "\ud800"),
        (math.inf, math.inf),
        (Thing(), "<a thing>"),
        ([Thing()], ["<a thing>"]),
        (Broken(), "<unprintable Broken: RuntimeError>"),
        ({"a": [1, Broken()]}, {"a": [1, "<unprintable Broken: RuntimeError>"]}),
        ({Broken(): 1, "b": 2}, {"<unprintable Broken: RuntimeError>": 1, "b": 2}),
        ({"a": BrokenMapping()}, {"a": "<unprintable BrokenMapping: RuntimeError>"}),
        (Unfinished(), "<unfinished>"),
        (b"\xff", "b'\\xff'"),
        ({1}, "{1}"),
        (10**5000, hex(10**5000)),
        ((1, Thing, said.CollectorPassed), [1, repr(Thing), repr(said.CollectorPassed)]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_json_does_not_know_arrives_as_text(value: Any, arrives: Any) -> None:
    """And what is beside it arrives as it was."""
    assert sent(value) == arrives


def test_a_float_that_is_no_number_arrives_as_that() -> None:
    """NaN."""
    assert math.isnan(sent(math.nan))


@pytest.mark.parametrize("value", [circular(), nested(5000)], ids=["circular", "deep"])
def test_what_has_no_end_is_cut_off(value: Any) -> None:
    """It arrives, as deep as it makes sense."""
    assert isinstance(sent(value), list)
