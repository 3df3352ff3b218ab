"""Needs in words."""

from __future__ import annotations

from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs
from pytest_agentorch.reporting.needs_text import needs_of_one, needs_of_some

ALL = Needs(
    cpus=2.0,
    memory=3 << 29,
    counts=(Count(name="license", number=1), Count(name="postgres", number=2)),
    reads=("schema",),
    writes=("files",),
    exclusive=True,
    serial=True,
)


def test_what_one_test_needs() -> None:
    """Each part of it; nothing if it needs nothing."""
    assert needs_of_one(NO_NEEDS) == ""
    assert needs_of_one(Needs(cpus=1.0)) == "needs 1 CPU"
    assert needs_of_one(ALL) == (
        "needs 1 license, 2 postgres, reads schema, writes files, 2 CPUs, 1.5 GiB, exclusive, "
        "serial"
    )


def test_what_some_need_between_them() -> None:
    """How many there are, the most that one of them needs, and how many are to be alone."""
    there = (Count(name="license", number=1), Count(name="postgres", number=4))
    assert needs_of_some([NO_NEEDS, NO_NEEDS], there) == ""
    assert needs_of_some([Needs(serial=True), Needs(serial=True)], there) == "2 serial"
    assert needs_of_some([Needs(cpus=0.5), Needs(cpus=0.25)], there) == "needs 0.5 CPUs"
    assert needs_of_some([ALL, NO_NEEDS, Needs(cpus=0.5, memory=1, exclusive=True)], there) == (
        "needs license (1), postgres (4), lock files, lock schema, 2 CPUs, 1.5 GiB  "
        "2 exclusive, 1 serial"
    )
