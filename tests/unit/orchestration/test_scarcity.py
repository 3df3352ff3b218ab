"""What tests need that not all of them can have at once."""

from __future__ import annotations

from pytest_agentorch.model.ids import TestId
from pytest_agentorch.model.needs import Count, Needs, ResourceSettings
from pytest_agentorch.model.scarce import Scarce
from pytest_agentorch.orchestration.scarcity import scarcity
from tests.unit.orchestration.plans import a_test, planned

TWO = ResourceSettings(counts=(Count(name="postgres", number=2),))


def test_each_test_has_its_part_of_what_it_needs() -> None:
    """Of a resource as many as it asks for; a lock that it writes, and serial, as a whole."""
    needs = [
        Needs(counts=(Count(name="postgres", number=1),)),
        Needs(counts=(Count(name="postgres", number=2),), writes=("db",)),
        Needs(),
        Needs(serial=True, exclusive=True, reads=("db",)),
    ]
    plan = planned([a_test(n, needs=one) for n, one in enumerate(needs)], resources=TWO)
    assert scarcity(plan) == (
        Scarce(name="postgres", tests=(TestId(0), TestId(1)), parts=(0.5, 1.0)),
        Scarce(name="the lock db", tests=(TestId(1),), parts=(1.0,)),
        Scarce(name="exclusive tests", tests=(TestId(3),), parts=(1.0,)),
        Scarce(name="serial tests", tests=(TestId(3),), parts=(1.0,)),
    )


def test_where_nothing_is_needed_nothing_is_scarce() -> None:
    """Most plans."""
    assert scarcity(planned([a_test(0), a_test(1)])) == ()
