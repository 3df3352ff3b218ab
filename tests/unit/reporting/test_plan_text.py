"""The plan in words."""

from __future__ import annotations

from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.history import key_of
from pytest_agentorch.model.needs import Count, Needs, ResourceSettings
from pytest_agentorch.model.settings import Gate
from pytest_agentorch.reporting.plan_text import (
    resumption_lines,
    reuse_lines,
    whole_plan,
)
from pytest_agentorch.results.resumption import resumption
from tests.unit.event_builders import a_run, plan_of, ran, summary_of
from tests.unit.orchestration.plans import a_history, a_phase, a_test, planned, some_tests
from tests.unit.settings_builder import some_settings


def test_the_plan_says_what_there_is() -> None:
    """Of memory, too, if that is known."""
    plan = planned(some_tests(3))
    settings = some_settings(phases=(a_phase(),))
    lines = whole_plan(plan, settings, verbose=False)
    assert lines[1] == "plan for 3 tests, 2 agents (2 CPUs, 80 % allowed)"
    settings = replace(settings, cpus=1.0, memory=int(6.4 * 2**30))
    lines = whole_plan(plan, settings, verbose=False)
    assert lines[1] == "plan for 3 tests, 2 agents (1 CPU, 80 % allowed, 6.4 GiB of memory)"


def a_row(*seconds: float, verbose: bool = False) -> list[str]:
    """The plan for three tests of which some have run before."""
    tests = some_tests(3)
    plan = planned(tests, history=a_history(tests, *seconds))
    settings = some_settings(phases=(a_phase(),))
    return [line for line in whole_plan(plan, settings, verbose=verbose) if "test" in line][1:]


def test_a_phase_says_how_long_it_will_take() -> None:
    """Two agents; if most of its tests are known."""
    assert a_row(1.0, 3.0, 2.0)[0].endswith("  up to 256 MiB each  about 3.00s")
    assert a_row(100.0, 300.0, 300.0)[0].endswith("  about 400.0s")
    assert a_row(1.0)[0].endswith("  up to 256 MiB each")


def test_tests_are_listed_in_the_order_in_which_they_begin() -> None:
    """The longest first."""
    listed = [line.split()[0] for line in a_row(1.0, 3.0, 2.0, verbose=True) if "::" in line]
    assert listed == [f"test_{n}.py::test_{n}" for n in (1, 2, 0)]


def test_what_tests_need_is_told_of_phases_and_of_each() -> None:
    """Nothing of those that need nothing."""
    postgres = (Count(name="postgres", number=2),)
    resources = ResourceSettings(counts=postgres)
    tests = [a_test(0), a_test(1, "db", needs=Needs(counts=postgres, exclusive=True))]
    phases = a_phase(), a_phase("db", "unit")
    plan = planned(tests, *phases, resources=resources)
    settings = some_settings(phases=phases, resources=resources)
    lines = whole_plan(plan, settings, verbose=True)
    assert next(line for line in lines if line.startswith("1 unit")).endswith(" each")
    row = next(number for number, line in enumerate(lines) if line.startswith("2 db"))
    assert lines[row].endswith(" each  in order, no barrier")
    assert lines[row + 1] == "    needs postgres (2)  1 exclusive"
    assert "  test_0.py::test_0  (path: )" in lines
    assert "  test_1.py::test_1  (path: )  needs 2 postgres, exclusive" in lines


def test_rows_of_phases_are_no_wider_than_a_screen() -> None:
    """Whatever their tests need; what a test is called is not cut."""
    locks = tuple(f"a-lock-with-a-long-name-{number}" for number in range(9))
    tests = [a_test(0, path="x" * 100, needs=Needs(writes=locks, exclusive=True)), a_test(1)]
    settings = some_settings(phases=(a_phase(),))
    header, *rows = whole_plan(planned(tests), settings, verbose=False)[3:-2]
    assert header.startswith("1 unit")
    assert header.endswith(" each")
    assert all(len(row) <= 80 and row.startswith("    ") for row in rows), rows
    told = " ".join(" ".join(rows).split())
    assert told == f"needs {', '.join(f'lock {lock}' for lock in locks)} 1 exclusive"


def test_memory_that_was_learnt_is_told() -> None:
    """If it counts: somebody has said how much there is, and not what the test needs."""
    tests = [a_test(0), a_test(1, needs=Needs(memory=7)), a_test(2)]
    history = a_history(tests, memory=[900 << 20, 900 << 20])
    for budget, told in [(1 << 30, ["0"]), (9 << 30, [])]:
        there = ResourceSettings(memory=budget)
        plan = planned(tests, history=history, resources=there)
        settings = some_settings(phases=(a_phase(),), resources=there)
        lines = whole_plan(plan, settings, verbose=True)
        words = "  counts with 928 MiB (earlier runs)"
        assert [line[7] for line in lines if line.endswith(words)] == told
        phase = "  counts with up to 928 MiB (earlier runs)"
        assert [line.endswith(phase) for line in lines].count(True) == len(told)


def test_what_is_reused_has_a_line() -> None:
    """Or why nothing is; none where there is nothing to reuse."""
    assert reuse_lines(0, 3, "") == []
    assert reuse_lines(1, 2, "") == ["agents: reuses 1 verdict, 2 tests to run"]
    assert reuse_lines(2, 1, "") == ["agents: reuses 2 verdicts, 1 test to run"]
    assert reuse_lines(0, 3, "why") == ["agents: nothing is reused: why [reuse-off]"]


def test_what_is_resumed_has_a_line_and_what_is_gone_another() -> None:
    """The first of them is named."""
    earlier = summary_of(a_run(), plan_of(3), ran(0))
    names = [key_of(test.node_id, 0) for test in earlier.tests]
    run = earlier.run
    assert resumption_lines(resumption(earlier, names), 2) == [
        f"agents: resumes {run}: 1 verdict kept, 2 tests to run"
    ]
    assert resumption_lines(resumption(earlier, names[2:]), 1) == [
        f"agents: resumes {run}: 0 verdicts kept, 1 test to run",
        "agents: 2 tests of that run are gone: tests/test_a.py::test_0 (+1 more) [tests-gone]",
    ]


def test_the_plan_says_what_waits_and_what_runs_side_by_side() -> None:
    """And how long all of it takes, or of what nobody knows."""
    phases = (
        a_phase(waves=2),
        a_phase("api", "unit"),
        a_phase("store", "unit", waves=0),
        a_phase("e2e", "api", "store", gate=Gate.STOP),
    )
    tests = [a_test(n, phase.name, named=True) for n, phase in enumerate(phases)]
    settings = some_settings(phases=phases)

    def rows(*seconds: float) -> list[str]:
        plan = planned(tests, *phases, history=a_history(tests, *seconds))
        lines = whole_plan(plan, settings, verbose=False)[3:-1]
        return " ".join(" ".join(line.split()) for line in lines if line).split(
            " up to 256 MiB each "
        )

    assert rows(1.0, 2.0, 5.0, 3.0) == [
        "1 unit 1 test 1 agent",
        "in waves of 2 about 1.00s 2 api 1 test 1 agent",
        "after unit beside store about 2.00s 3 store 1 test 1 agent",
        "after unit beside api in waves about 5.00s 4 e2e 1 test 1 agent",
        "after api, store if all before has succeeded about 3.00s predicted: about 9.00s",
    ]
    assert rows()[-1].endswith("predicted: not known yet (unit, api, store, e2e)")
