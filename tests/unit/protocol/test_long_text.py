"""Long texts travel beside the JSON, once each, whatever characters they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from pytest_agentorch.model.errors import ProtocolError
from pytest_agentorch.protocol import to_controller as said
from pytest_agentorch.protocol.codec import TO_CONTROLLER
from pytest_agentorch.protocol.long_text import LONG

PRINTED = "0123456789\n" * LONG


def ended(*reports: dict[str, Any]) -> said.TestEnded:
    """What an agent says of a test that has more to say than numbers."""
    return said.TestEnded(
        test=1,
        number=1,
        at=2.0,
        seconds=3.0,
        cpu=1.0,
        reports=reports,
        attributes=(),
        held=False,
    )


def arrived(*messages: said.ToController) -> Sequence[said.ToController]:
    """What comes of messages."""
    return TO_CONTROLLER.decode(TO_CONTROLLER.encode(messages, 4), 4)


@pytest.mark.parametrize(
    "text",
    [PRINTED, "\udc80\ud83d\udc80" * LONG, "äö€😀\x00\r\n" * LONG, '"\\' * LONG],
    ids=["ascii", "surrogates", "others", "quotes"],
)
def test_a_long_text_arrives_as_it_was(text: str) -> None:
    """Lone surrogates, line breaks and what JSON would escape included."""
    one = ended({"sections": [["Captured stdout call", text]], "longrepr": text})
    logged = said.ReportLogged(test=None, report={"longrepr": text + "x"}, final_teardown=False)
    begun = said.TestBegun(test=2, number=1, at=3.0)
    assert arrived(begun, one, logged) == [begun, one, logged]


def test_a_text_that_is_in_several_reports_travels_once() -> None:
    """What a test has printed is in the report of its teardown, too."""
    sections = [("Captured stdout call", PRINTED)]
    blob = TO_CONTROLLER.encode([ended({"sections": sections}, {"sections": sections})], 0)
    assert len(blob) < len(PRINTED) + LONG
    (message,) = TO_CONTROLLER.decode(blob, 0)
    assert isinstance(message, said.TestEnded)
    assert [one["sections"] for one in message.reports] == [[["Captured stdout call", PRINTED]]] * 2


def test_what_was_told_is_not_changed() -> None:
    """The texts are taken out of a copy."""
    report = {"sections": [("Captured stdout call", PRINTED)]}
    TO_CONTROLLER.encode([ended(report)], 0)
    assert report == {"sections": [("Captured stdout call", PRINTED)]}


def test_what_cannot_be_encoded_takes_no_text_with_it() -> None:
    """It becomes its `repr`, and the text arrives."""
    endless: list[Any] = []
    endless.append(endless)
    (message,) = arrived(ended({"plugin": endless, "sections": [["out", PRINTED]]}))
    assert isinstance(message, said.TestEnded)
    assert message.reports[0]["sections"] == [["out", PRINTED]]


def test_a_blob_that_is_cut_off_or_mangled_is_refused() -> None:
    """Wherever that is."""
    blob = TO_CONTROLLER.encode([ended({"longrepr": PRINTED + "€"})], 0)
    end = blob.index(b"\n")
    head, tail = blob[:end], blob[end:]
    for broken in (
        *(blob[:-1], blob + b"x", head, head + b"\n", blob[: end - 3] + tail, tail),
        *(head.replace(b'"longrepr",0', place) + tail for place in PLACES),
        blob[:-3] + b"\xff\xff\xff",
    ):
        with pytest.raises(ProtocolError, match="cannot read"):
            TO_CONTROLLER.decode(broken, 0)


PLACES = (b'"longrepr",7', b'"longrepr","x"', b"3,0", b"0", b"", b'"longrepr",0,0')
"""Where the text might be said to belong: nowhere, and in other places than its own."""
