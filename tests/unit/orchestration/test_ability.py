"""Who has what, and who can run what."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.ids import SlotId
from pytest_agentorch.model.needs import NO_NEEDS, Capability, Needs, ResourceSettings
from pytest_agentorch.model.settings import Dist
from pytest_agentorch.orchestration.ability import abilities, places_of, who_has_what
from tests.unit.orchestration.plans import some_tests
from tests.unit.settings_builder import some_settings

GW0, GW1, GW2 = map(SlotId, ("gw0", "gw1", "gw2"))
THERE = (
    Capability(name="gpu", agents=1),
    Capability(name="web"),
    Capability(name="vpn", slots=(GW1, SlotId("gw9"))),
)


def test_who_has_what_can_be_told() -> None:
    """Of those who have anything."""
    assert who_has_what(abilities(THERE[:1], 3)) == "gw0: gpu"
    assert who_has_what(abilities(THERE, 2)) == "gw0: gpu web, gw1: vpn web"
    assert who_has_what(abilities((), 2)) == "none has any"


def wanting(*names: str) -> Needs:
    """What a test needs that asks for these."""
    return Needs(capabilities=names)


def test_the_first_agents_have_it_or_all_or_those_that_are_named() -> None:
    """An agent that there is not has nothing."""
    assert abilities(THERE, 3) == {GW0: {"gpu", "web"}, GW1: {"web", "vpn"}, GW2: {"web"}}
    assert abilities((), 2) == {GW0: set(), GW1: set()}


def places(*needs: Needs, dist: Dist = Dist.BALANCED) -> list[object]:
    """Where tests can run that need this."""
    there = ResourceSettings(capabilities=THERE)
    settings = some_settings(agents=3, dist=dist, resources=there)
    return [*places_of(some_tests(len(needs)), needs, settings)]


def test_a_test_runs_where_all_is_that_it_asks_for() -> None:
    """What asks for nothing runs anywhere."""
    assert places(NO_NEEDS, wanting("gpu"), wanting("vpn", "web")) == [None, {GW0}, {GW1}]
    assert places(NO_NEEDS, Needs(serial=True)) == []


@pytest.mark.parametrize(
    ("names", "dist", "parts"),
    [
        (
            ("gpo",),
            Dist.BALANCED,
            ('needs the capability "gpo", and no agent', 'Did you mean "gpu"'),
        ),
        (
            ("gpu", "vpn"),
            Dist.BALANCED,
            ('"gpu" and "vpn"', "gw0: gpu web, gw1: vpn web, gw2: web"),
        ),
        (("gpu",), Dist.EACH, ("is to run on each agent", "not all of them have that")),
    ],
)
def test_what_no_agent_has_is_an_error(
    names: tuple[str, ...], dist: Dist, parts: tuple[str, ...]
) -> None:
    """It says who asks, for what, and what there is."""
    with pytest.raises(SettingsError) as error:
        places(NO_NEEDS, wanting(*names), wanting(*names), dist=dist)
    message = str(error.value)
    assert message.startswith("test_1.py::test_1 (and 1 more) ")
    assert message.endswith("[missing-capability]")
    for part in parts:
        assert part in message


def test_each_agent_runs_what_all_of_them_can() -> None:
    """Then nothing is missing."""
    assert places(wanting("web"), dist=Dist.EACH) == [{GW0, GW1, GW2}]
