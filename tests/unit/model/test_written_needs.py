"""What people write that tests need."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs
from pytest_agentorch.model.written_needs import needs_from


@pytest.mark.parametrize(
    ("written", "needs"),
    [
        ({}, NO_NEEDS),
        ({"cpus": 2}, Needs(cpus=2.0)),
        ({"cpus": 0.5, "memory": "1GiB"}, Needs(cpus=0.5, memory=1 << 30)),
        ({"memory": 5}, Needs(memory=5)),
        (
            {"postgres": 2, "license": 1},
            Needs(counts=(Count(name="license", number=1), Count(name="postgres", number=2))),
        ),
        ({"read": "schema"}, Needs(reads=("schema",))),
        ({"write": ["b", "a", "b"]}, Needs(writes=("a", "b"))),
        ({"read": ("a", "b"), "write": "a"}, Needs(reads=("b",), writes=("a",))),
        ({"exclusive": True, "serial": True}, Needs(exclusive=True, serial=True)),
        ({"exclusive": False}, NO_NEEDS),
    ],
)
def test_every_word_has_its_values(written: dict[str, Any], needs: Needs) -> None:
    """What is no word of ours is the name of a resource."""
    assert needs_from(written) == needs


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"cpus": "2"}, "cpus = '2': it must be a number above 0"),
        ({"cpus": 0}, "cpus = 0: it must be a number above 0"),
        ({"cpus": True}, "cpus = True: it must be a number above 0"),
        ({"cpus": float("inf")}, "cpus = inf: it must be a number above 0"),
        ({"cpus": float("nan")}, "cpus = nan: it must be a number above 0"),
        ({"memory": "much"}, "memory = 'much': it must be a size such as"),
        ({"memory": 0}, "memory = 0: it must be a size such as"),
        ({"postgres": 0}, "postgres = 0: it must be a whole number from 1"),
        ({"postgres": 1.5}, "postgres = 1.5: it must be a whole number from 1"),
        ({"postgres": True}, "postgres = True: it must be a whole number from 1"),
        ({"read": ""}, "read = '': it must be the name of a lock, or a list of names"),
        ({"write": ["a", " "]}, "write = ['a', ' ']: it must be the name of a lock, or a list of "),
        ({"read": 1}, "read = 1: it must be the name of a lock, or a list of names"),
        ({"write": [1]}, "write = [1]: it must be the name of a lock, or a list of names"),
        ({"serial": 1}, "serial = 1: it must be true or false"),
    ],
)
def test_what_cannot_be_is_an_error(written: dict[str, Any], message: str) -> None:
    """With what is allowed."""
    with pytest.raises(ValueError, match=message.replace("[", r"\[")):
        needs_from(written)
