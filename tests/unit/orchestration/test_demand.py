"""What tests need, by marks and rules, and what can never be had."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.needs import NO_NEEDS, Count, Needs, NeedsRule, ResourceSettings
from pytest_agentorch.model.settings import Dist, Settings
from pytest_agentorch.orchestration.demand import demands, usable_cpus
from pytest_agentorch.orchestration.plan import build_plan
from tests.unit.orchestration.plans import a_test, some_tests
from tests.unit.settings_builder import some_settings

POSTGRES = (Count(name="postgres", number=1),)


def a_run(*rules: NeedsRule, memory: int = 0, postgres: int = 2, **changes: Any) -> Settings:
    """A run on two CPUs, with so many databases and a license."""
    counts = (Count(name="license", number=1), Count(name="postgres", number=postgres))
    resources = ResourceSettings(memory=memory, counts=counts, rules=rules)
    given = {"memory": memory, "most_memory": memory, **changes}
    return some_settings(resources=resources, **given)


def test_nobody_needs_anything() -> None:
    """Then nobody has to look."""
    assert demands(some_tests(3), some_settings()) == ()
    rule = NeedsRule(needs=Needs(serial=True), paths=("elsewhere",))
    assert demands(some_tests(3), a_run(rule)) == ()
    assert demands([], a_run(rule)) == ()


def test_what_marks_say_is_what_a_test_needs() -> None:
    """One per test, in their order; the plan has them."""
    tests = [a_test(0), a_test(1, needs=Needs(cpus=2.0))]
    assert demands(tests, some_settings()) == (Needs(), Needs(cpus=2.0))
    assert build_plan(tests, some_settings()).needs == (Needs(), Needs(cpus=2.0))


def test_who_needs_nothing_is_quick_to_see() -> None:
    """It crossed the wire as something that is only equal to nothing."""
    tests = [a_test(0, needs=Needs()), a_test(1, needs=Needs(serial=True))]
    assert demands(tests, some_settings())[0] is NO_NEEDS


@pytest.mark.parametrize(
    ("about", "numbers"),
    [
        ({}, [0, 1, 2]),
        ({"phases": (PhaseName("db"),)}, [1]),
        ({"paths": ("tests/db",)}, [1, 2]),
        ({"paths": ("tests/db/test_2.py",)}, [2]),
        ({"paths": ("*_2.py", "tests/*_0.py")}, [0, 2]),
        ({"markers": ("slow", "other")}, [0, 1]),
        ({"markers": ("slow",), "paths": ("tests/db/",)}, [1]),
        ({"markers": ("slow",), "phases": (PhaseName("e2e"),)}, []),
    ],
)
def test_a_rule_is_about_tests_that_match_all_of_it(
    about: dict[str, Any], numbers: list[int]
) -> None:
    """Phases, paths as those of phases, and marks; one without any of these is about all."""
    tests = [
        a_test(0, path="tests/test_0.py", keywords=("slow",)),
        a_test(1, "db", path="tests/db/test_1.py", keywords=("slow",)),
        a_test(2, path="tests/db/test_2.py"),
    ]
    found = demands(tests, a_run(NeedsRule(needs=Needs(counts=POSTGRES), **about)))
    assert [number for number, needs in enumerate(found) if needs.counts] == numbers


def test_rules_and_marks_add_up_but_a_mark_decides_about_cpus_and_memory() -> None:
    """Who knows the test knows better."""
    rules = (
        NeedsRule(needs=Needs(cpus=2.0, memory=10, counts=POSTGRES, reads=("schema",))),
        NeedsRule(needs=Needs(cpus=1.0, memory=20, writes=("files",))),
    )
    marked = Needs(cpus=0.5, counts=(Count(name="postgres", number=2),), writes=("schema",))
    ruled, both = demands([a_test(0), a_test(1, needs=marked)], a_run(*rules))
    assert ruled == Needs(
        cpus=2.0, memory=20, counts=POSTGRES, reads=("schema",), writes=("files",)
    )
    assert both == Needs(
        cpus=0.5,
        memory=20,
        counts=(Count(name="postgres", number=2),),
        writes=("files", "schema"),
    )


@pytest.mark.parametrize(
    ("cpus", "limit", "usable"), [(2.0, 0.8, 2), (8.0, 0.8, 7), (0.5, 0.8, 1), (10.0, 0.5, 5)]
)
def test_tests_may_use_a_part_of_the_cpus(cpus: float, limit: float, usable: int) -> None:
    """Rounded up, one at least."""
    assert usable_cpus(some_settings(cpus=cpus, resource_limit=limit)) == usable


@pytest.mark.parametrize(
    ("needs", "message"),
    [
        (
            Needs(counts=(Count(name="postgress", number=1),)),
            (
                '"postgress", and there is no such resource. Known resources: license, postgres. '
                'Did you mean "postgres"? Say in [tool.agentorch.resources] how many there are. '
                "[unknown-resource]"
            ),
        ),
        (
            Needs(counts=(Count(name="cpu", number=2),)),
            (
                '"cpu", and there is no such resource. Known resources: license, postgres. '
                'Did you mean "cpus"? Say in [tool.agentorch.resources] how many there are. '
                "[unknown-resource]"
            ),
        ),
        (
            Needs(counts=(Count(name="postgres", number=3),)),
            (
                '3 of "postgres", and there are 2. Let it need less, or raise the number in '
                "[tool.agentorch.resources]. [needs-too-much]"
            ),
        ),
        (
            Needs(cpus=2.5),
            (
                "2.5 CPUs, and tests may use 2 (80 % of 2). Let it need less, or raise "
                "resource_limit. [needs-too-much]"
            ),
        ),
        (
            Needs(memory=3 << 30),
            (
                "3 GiB of memory, and the whole run may have 2 GiB. Let it need less, or raise "
                "--agents-memory. [needs-too-much]"
            ),
        ),
    ],
)
def test_what_can_never_be_had_is_an_error(needs: Needs, message: str) -> None:
    """It names the first test, and how many others need the same."""
    settings = a_run(memory=2 << 30)
    with pytest.raises(SettingsError) as caught:
        demands([a_test(0), a_test(1, needs=needs)], settings)
    assert str(caught.value) == f"test_1.py::test_1 needs {message}"
    tests = [a_test(number, needs=needs) for number in range(3)]
    with pytest.raises(SettingsError) as caught:
        build_plan(tests, replace(settings, dist=Dist.EACH))
    assert str(caught.value) == f"test_0.py::test_0 (and 2 more) needs {message}"


def test_what_there_is_just_enough_of_can_be_had() -> None:
    """All of it, that is."""
    needs = Needs(cpus=2.0, memory=2 << 30, counts=(Count(name="postgres", number=2),))
    assert demands([a_test(needs=needs)], a_run(memory=2 << 30)) == (needs,)


def test_what_other_runs_have_taken_may_come_back() -> None:
    """So it is no error to need more than is left; but that is all that there is for now."""
    most, some = Needs(memory=8 << 30, serial=True), Needs(memory=1 << 30)
    settings = some_settings(memory=3 << 30, most_memory=8 << 30)
    found = demands([a_test(0, needs=most), a_test(1, needs=some), a_test(2)], settings)
    assert found == (Needs(memory=3 << 30, serial=True), some, Needs())
    assert demands([a_test(needs=most)], some_settings()) == (most,)


def test_a_project_without_resources_is_told_where_they_are_written_down() -> None:
    """There is nothing that it may have meant."""
    needs = Needs(counts=(Count(name="postgres", number=1),))
    with pytest.raises(SettingsError) as caught:
        demands([a_test(needs=needs)], some_settings())
    assert str(caught.value) == (
        'test_0.py::test_0 needs "postgres", and there is no such resource. Say in '
        "[tool.agentorch.resources] how many there are. [unknown-resource]"
    )
