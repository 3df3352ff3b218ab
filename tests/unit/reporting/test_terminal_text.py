"""What the terminal shows, line by line."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import Event, SlotGivenUp, TestsAdvanced
from pytest_agentorch.model.ids import PhaseName, SlotId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.reporting.terminal_text import Section, agents_section, seconds
from pytest_agentorch.results.bottleneck import Kind, Limit
from pytest_agentorch.results.recommendation import Recommendation
from pytest_agentorch.results.run_summary import RunSummary
from tests.unit.event_builders import (
    EXIT_3,
    SIGSEGV,
    START,
    a_plan,
    connected,
    given_up,
    lost,
    not_found,
    over,
    plan_of,
    planned,
    poisoned,
    ran,
    retried,
    started,
    summary_of,
)
from tests.unit.results.measured_run import measured

ADVICE = Recommendation(slug="s", reason="gw1 is slow", next_step="buy a faster one")

SMALL = summary_of(
    plan_of(2), ran(0, at=2.0, seconds=3.0), ran(1, agent="gw1", at=2.0, seconds=2.6), over()
)

TWO_PHASES = (
    a_plan(planned(0), planned(1), planned(2), planned(3, phase="e2e")),
    connected("gw0"),
    connected("gw1"),
    ran(0, at=2.0, seconds=2.0),
    ran(1, Outcome.FAILED, agent="gw1", at=2.0, seconds=3.5),
    ran(2, Outcome.XFAILED, at=4.0, seconds=1.0),
)


def lines(summary: RunSummary, *, width: int = 80) -> tuple[str, ...]:
    """The lines of a section without advice."""
    return agents_section(summary, (), width=width).lines


def marked(*events: Event | tuple[Event, ...], width: int = 80) -> list[str]:
    """The lines from the first incident on."""
    all_lines = lines(summary_of(*events), width=width)
    return [line for line in all_lines if line.startswith(("!", "  "))]


def test_a_small_run_on_one_phase_is_one_line() -> None:
    """Nothing to say, nothing printed."""
    assert agents_section(SMALL, ()) == Section(title="", lines=("agents: 2, efficiency 93 %",))


def test_a_quiet_run_without_incidents_says_nothing() -> None:
    """Not even advice."""
    assert agents_section(SMALL, (ADVICE,), verbosity=-1) == Section(title="", lines=())


def test_a_quiet_run_says_its_incidents() -> None:
    """Nothing else."""
    summary = summary_of(*TWO_PHASES, lost("gw1", at=6.0))
    assert agents_section(summary, (ADVICE,), verbosity=-1) == Section(
        title="", lines=("! gw1 lost (SIGSEGV) between tests  [agent-lost]",)
    )


def test_a_quiet_run_names_its_flaky_tests() -> None:
    """With what has failed before."""
    events = retried(0, message="assert 0\n..."), *ran(0, at=3.0, flaky=True)
    summary = summary_of(plan_of(1), connected("gw0"), *events, over())
    assert agents_section(summary, (ADVICE,), verbosity=-1) == Section(
        title="", lines=("~ tests/test_a.py::test_0 passed at attempt 2: assert 0",)
    )


def test_the_efficiency_of_next_to_no_work_is_not_told() -> None:
    """It would mean nothing."""
    instant = summary_of(plan_of(1), ran(0, seconds=0.01), over())
    assert lines(instant) == ("agents: 1",)
    assert agents_section(instant, (), verbosity=1).lines[-1] == "gw0 1 test 0.01s"


def test_a_run_in_which_nothing_ran_has_no_line() -> None:
    """The last line of pytest says so already."""
    assert lines(summary_of(a_plan(), over())) == ()
    assert agents_section(summary_of(a_plan(), over()), (), verbosity=1).lines == ()


def test_several_phases_have_a_table() -> None:
    """Then the agents, then the efficiency; 80 columns are enough."""
    section = agents_section(
        summary_of(*TWO_PHASES, ran(3, Outcome.SKIPPED, at=6.0, seconds=125.0), over()), (ADVICE,)
    )
    assert section.title == "agents"
    assert section.lines == (
        "phase         tests  passed  failed  skipped     busy     wall  agents",
        "unit              3       2       1        0    6.50s    3.50s       2",
        "e2e               1       0       0        1   125.0s   125.0s       1",
        "gw0 3 tests 128.0s · gw1 1 test 3.50s",
        "efficiency 50 % of 2 agents · limit 125.0 s, took 129.0 s",
        "> gw1 is slow: buy a faster one",
    )


def test_tests_that_did_not_run_have_a_column_when_there_are_some() -> None:
    """The table still fits."""
    table = lines(summary_of(*TWO_PHASES, over()))[:3]
    assert table == (
        "phase         tests  passed  failed  skipped  not run     busy     wall  agents",
        "unit              3       2       1        0        0    6.50s    3.50s       2",
        "e2e               1       0       0        0        1    0.00s    0.00s       0",
    )
    assert max(map(len, table)) <= 80


def test_verbose_shows_the_table_of_a_single_phase() -> None:
    """Whoever asks, gets."""
    section = agents_section(SMALL, (), verbosity=1)
    assert (section.title, len(section.lines)) == ("agents", 4)


def test_a_poison_test_is_one_line_and_not_three() -> None:
    """The deaths of its agents are part of it."""
    assert marked(plan_of(1), poisoned(0)) == [
        "! gw0.2 lost (SIGSEGV) in tests/test_a.py::test_0, twice  [poison-test]"
    ]


def test_a_test_that_timed_out_is_one_line_and_not_two() -> None:
    """The end of its agent is part of it."""
    gone = lost("gw0", 0, at=3.0), given_up(0, "gw0", at=3.0, attempts=1, timed_out=True)
    assert marked(plan_of(1), started(0), *gone) == [
        "! gw0 lost (SIGSEGV) in tests/test_a.py::test_0  [test-timed-out]"
    ]


def test_a_slot_that_was_given_up_is_one_line_and_not_four() -> None:
    """It says how its agents died; one that died in a test has its own line."""
    deaths = [lost(f"gw1.{n}", at=n, status=EXIT_3 if n > 2 else SIGSEGV) for n in (2, 3, 4)]
    others = (lost("gw1", 0, at=1.0), lost("gw0", at=6.0))
    given_up_slot = SlotGivenUp(slot=SlotId("gw1"), deaths=3, at=START + 5)
    assert marked(plan_of(1), others[0], *deaths, given_up_slot, others[1], width=160) == [
        (
            "! gw1 given up: 3 agents in a row died before any verdict "
            "(SIGSEGV (11), exit code 3)  [slot-given-up]"
        ),
        "! gw1 lost (SIGSEGV) in tests/test_a.py::test_0  [agent-lost]",
        "! gw0 lost (SIGSEGV) between tests  [agent-lost]",
    ]


def test_the_worst_incidents_come_first() -> None:
    """Then by time."""
    assert marked(plan_of(2), lost("gw1", at=1.0), lost("gw0", at=2.0), not_found(1)) == [
        "! no agent has collected tests/test_a.py::test_1  [test-not-found]",
        "! gw1 lost (SIGSEGV) between tests  [agent-lost]",
        "! gw0 lost (SIGSEGV) between tests  [agent-lost]",
    ]


def test_at_most_five_incidents_and_five_pieces_of_advice() -> None:
    """The rest is in the report."""
    summary = summary_of(plan_of(9), tuple(given_up(position) for position in range(7)))
    section = agents_section(summary, (ADVICE,) * 9)
    assert section.title == "agents"
    assert [line[0] for line in section.lines[-12:]] == [*"!!!!!!", *">>>>>>"]
    assert "! and 2 more in the report" in section.lines
    assert section.lines[-1] == "> and 4 more in the report"


def test_long_lines_are_wrapped_and_names_are_not_cut() -> None:
    """One may copy them."""
    node_id = "tests/integration/warehouse/test_orders.py::TestOrders::test_a_rather_long_name"
    plan = a_plan(planned(0, node_id))
    assert marked(plan, started(0), lost("gw0", 0, queued=2), connected("gw0.2", at=4.0)) == [
        "! gw0 lost (SIGSEGV) in",
        f"  {node_id};",
        "  2 queued tests went to other agents; replaced in 1.00 s  [agent-lost]",
    ]


def test_many_agents_take_as_many_lines_as_they_need() -> None:
    """Broken between agents only."""
    plan = a_plan(*(planned(n, phase=f"p{n}") for n in range(7)))
    runs = [(connected(f"gw{n}"), ran(n, agent=f"gw{n}")) for n in range(7)]
    summary = summary_of(plan, *(event for pair in runs for event in pair))
    assert [line for line in lines(summary) if line.startswith("gw")] == [
        "gw0 1 test 1.00s · gw1 1 test 1.00s · gw2 1 test 1.00s · gw3 1 test 1.00s",
        "gw4 1 test 1.00s · gw5 1 test 1.00s · gw6 1 test 1.00s",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0.00s"),
        (9.994, "9.99s"),
        (9.995, "10.0s"),
        (58.14, "58.1s"),
        (599.94, "599.9s"),
        (599.96, "10m00s"),
        (725.0, "12m05s"),
        (3599.6, "1h00m"),
        (11_220.0, "3h07m"),
    ],
)
def test_durations_are_short(value: float, text: str) -> None:
    """At most seven columns up to 100 hours."""
    assert seconds(value) == text


WAITING = measured((2.0,), (0.5,))


@pytest.mark.parametrize(
    ("bound", "told"),
    [
        (Limit(kind=Kind.TEST, seconds=2.0, what="a.py::test"), ", bound by one test"),
        (Limit(kind=Kind.GROUP, seconds=2.0, what="a.py::test"), ", bound by tests of one group"),
        (Limit(kind=Kind.RESOURCE, seconds=2.0, what="the lock db"), ", bound by the lock db"),
        (Limit(kind=Kind.PHASE, seconds=2.0, what="e2e", agents=1), ", e2e bound by one agent"),
        (Limit(kind=Kind.PHASE, seconds=2.0, what="e2e", agents=3), ", e2e bound by 3 agents"),
        (Limit(kind=Kind.CONTROLLER, seconds=2.0), ", bound by the controller"),
        (Limit(kind=Kind.SETUP, seconds=2.0), ", bound by what each process sets up"),
        (Limit(kind=Kind.COLLECTION, seconds=2.0), ", bound by its collection"),
        (Limit(kind=Kind.CPU, seconds=2.0), ""),
        (Limit(kind=Kind.AGENTS, seconds=2.0), ""),
        (None, ""),
    ],
)
def test_what_bound_a_run_is_said_in_the_same_line(bound: Limit | None, told: str) -> None:
    """Not that agents were busy: that is what they are for."""
    (line,) = agents_section(WAITING, (), bound=bound).lines
    assert line == f"agents: 2, efficiency 62 %{told}"


def test_what_tests_need_binds_a_run_that_has_no_use_for_all_agents() -> None:
    """However busy those are that were started."""
    bound = Limit(kind=Kind.RESOURCE, seconds=4.0, what="the CPUs asked for")
    few, all_of_them = measured((2.0, 2.0), agents=2), measured((2.0, 2.0), agents=1)
    assert agents_section(few, (), bound=bound).lines == (
        "agents: 1, efficiency 100 %, bound by the CPUs asked for",
    )
    assert agents_section(all_of_them, (), bound=bound).lines == ("agents: 1, efficiency 100 %",)


def test_more_agents_than_cpus_are_bound_by_these() -> None:
    """They were busy, and got no further."""
    bound = Limit(kind=Kind.CPU, seconds=3.0)
    busy = [(2.0,)] * 3
    (line,) = agents_section(measured(*busy), (), bound=bound).lines
    assert line == "agents: 3, efficiency 100 %, bound by 2 CPUs"
    (line,) = agents_section(measured(*busy, cpus=1.0), (), bound=bound).lines
    assert line == "agents: 3, efficiency 100 %, bound by one CPU"


def test_a_long_test_beside_which_all_are_busy_bounds_nothing() -> None:
    """The table has that line, too."""
    bound = Limit(kind=Kind.TEST, seconds=2.0, what="a.py::test")
    assert agents_section(measured((2.0,), (2.0,)), (), bound=bound).lines == (
        "agents: 2, efficiency 100 %",
    )
    table = agents_section(WAITING, (), bound=bound, verbosity=1).lines
    assert table[-1] == "efficiency 62 % of 2 agents · limit 2.0 s, took 2.0 s · bound by one test"


def test_tests_that_were_advanced_are_told_below_the_table() -> None:
    """With the reason, if a plugin has given one."""
    plan = a_plan(planned(0), planned(1, phase="e2e"), planned(2, phase="load"))
    for reason, end in (("no network", ": no network"), ("", "")):
        moved = TestsAdvanced(phase=PhaseName("unit"), tests=(TestId(1),), reason=reason, at=START)
        run = summary_of(plan, moved, *(ran(n) for n in range(3)), over())
        assert f"1 test moved from e2e to unit{end}" in agents_section(run, ()).lines
