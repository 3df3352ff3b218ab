"""What can be shared is exactly the same in another process; what cannot is said so."""

from __future__ import annotations

import enum
from pathlib import Path, PurePosixPath

import pytest

from pytest_agentorch.agent.fixture_value import NoPlainDataError, advice, decode, encode


class Colour(enum.IntEnum):
    """A number, and more than that."""

    RED = 1


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 7, -1.5, "text \u20ac", b"raw", [1, [2]], ("127.0.0.1", 80), {1, 2}),
        {"nested": {"key": (1, None)}, 3: [b""]},
        *(Path("/tmp/x"), [Path()], {Path("a"): ({Path("b")}, frozenset({Path("c")}))}),
    ],
    ids=repr,
)
def test_plain_data_is_the_same(value: object) -> None:
    """Of the same type, too."""
    again = decode(encode(value))
    assert again == value
    assert type(again) is type(value)


def test_a_token_is_a_token() -> None:
    """Each process has one of its own."""
    assert type(decode(encode(object()))) is object


@pytest.mark.parametrize("value", [PurePosixPath("a"), Colour.RED, open, [object()]], ids=repr)
def test_anything_else_is_refused(value: object) -> None:
    """It is not made something similar."""
    with pytest.raises(NoPlainDataError):
        encode(value)


def test_the_advice_names_what_it_was() -> None:
    """And what to write instead."""
    told = advice("server", OSError())
    assert "'server' has made an OSError" in told
    assert "connect=" in told
    assert "a tests.unit.agent.test_fixture_value.Colour" in advice("server", Colour.RED)
    nested = {"port": 1, "more": [Path(), (OSError(),)]}
    assert "has made a dict with an OSError in it, which" in advice("server", nested)
    endless: list[object] = []
    endless.append(endless)
    assert "has made a list, which" in advice("server", endless)
