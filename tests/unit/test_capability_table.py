"""Which agents have what."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.capability_table import read_capabilities
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.needs import Capability


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (None, ()),
        ({}, ()),
        (["web", "gpu", "web"], (Capability(name="gpu"), Capability(name="web"))),
        (
            {"web": "all", "gpu": 2, "vpn": ["gw0", "gw12"]},
            (
                Capability(name="gpu", agents=2),
                Capability(name="vpn", slots=(SlotId("gw0"), SlotId("gw12"))),
                Capability(name="web"),
            ),
        ),
    ],
)
def test_a_number_all_or_names_of_agents(written: Any, read: tuple[Capability, ...]) -> None:
    """A list says what all agents have."""
    assert read_capabilities(written) == read


@pytest.mark.parametrize("written", [3, "gpu", [1], [""]])
def test_anything_but_a_table_or_a_list_of_names_is_an_error(written: Any) -> None:
    """It says what it must be."""
    with pytest.raises(SettingsError, match=r"must be a table, or a list of the names .*bad-value"):
        read_capabilities(written)


@pytest.mark.parametrize("who", [0, -1, True, 1.5, "some", [], ["gpu0"], ["gw01"], [0]])
def test_who_has_it_must_be_said_in_one_of_three_ways(who: Any) -> None:
    """The message has all of them."""
    with pytest.raises(SettingsError, match=r"gpu = .*how many agents have it, \"all\", or a list"):
        read_capabilities({"gpu": who})
