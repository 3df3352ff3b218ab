"""What is urgent begins before what is not."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite
from tests.functional.test_needs import STARTS, TOOLS

NAMES = ["low", "normal", "high", "critical"]


@STARTS
def test_an_urgent_test_overtakes_all_that_waits(suite: Suite, start: str) -> None:
    """On one agent the order is that of priorities; equals are as they were collected."""
    suite.write(
        tools=TOOLS,
        test_a="""
        import pytest
        from tools import note

        @pytest.mark.priority("low")
        class TestLow:
            def test_first(self): note("low")
            @pytest.mark.priority(1000)
            def test_closest(self): note("1000")

        @pytest.mark.parametrize("n", range(2))
        def test_normal(n): note(f"normal{n}")
        """,
        test_b="""
        import pytest
        from tools import note

        @pytest.mark.priority("high")
        @pytest.mark.parametrize("n", range(2))
        def test_high(n): note(f"high{n}")

        @pytest.mark.priority("critical")
        def test_critical(): note("critical")
        """,
    )
    ran = suite.agents(1, f"--agents-start={start}", env={"PYTHONPATH": "."})
    assert ran.counts == {"passed": 7}, str(ran)
    expected = ["1000", "critical", "high0", "high1", "normal0", "normal1", "low"]
    assert ran.words("order.txt") == expected
    plan = suite.agents(1, "--agents-plan", "-v", env={"PYTHONPATH": "."})
    rows = [line.split()[0].partition("::")[2] for line in plan.lines if line.startswith("  test")]
    assert rows[0:2] == ["TestLow::test_closest", "test_critical"]
    assert "priority 1000" in plan.out


@pytest.mark.parametrize("dist", ["balanced", "round-robin", "priority", "capability", "file"])
def test_what_is_queued_is_overtaken_and_what_runs_is_not(suite: Suite, dist: str) -> None:
    """An urgent test fails, and the next one may have begun before it can run once more."""
    suite.write(
        tools=TOOLS,
        conftest="""
        import pytest

        @pytest.hookimpl(trylast=True)
        def pytest_collection_modifyitems(items): items.sort(key=lambda item: item.name)
        """,
        **{
            f"test_{name}": f"""
        import pytest
        import time
        from tools import note, words

        @pytest.mark.priority("{name}")
        def test_{number}():
            note("{name}")
            time.sleep(0.5 if "{name}" == "high" else 0)
            assert "{name}" != "critical" or words().count("critical") > 1
        """
            for number, name in enumerate(NAMES)
        },
    )
    ran = suite.agents(1, f"--agents-dist={dist}", "--agents-retries=1", env={"PYTHONPATH": "."})
    assert ran.code == 0, str(ran)
    words = ran.words("order.txt")
    assert sorted(words[:3]) == ["critical", "critical", "high"]
    assert words[3:] == ["normal", "low"]


def test_a_mark_of_the_suite_that_is_called_the_same_means_nothing(suite: Suite) -> None:
    """It has declared it: what it says there is its own business."""
    suite.write_text("pytest.ini", "[pytest]\nmarkers =\n    priority(name): of our bug tracker\n")
    ran = suite.write(
        test_a="""
        import pytest

        @pytest.mark.priority("P1")
        def test_it(): pass
        """
    ).agents(2)
    assert ran.counts == {"passed": 1}, str(ran)


def test_what_is_no_priority_is_an_error(suite: Suite) -> None:
    """It says what would be one."""
    ran = suite.write(
        test_a="""
        import pytest

        @pytest.mark.priority("urgent")
        def test_it(): pass
        """
    ).agents(2)
    assert ran.code == 4, str(ran)
    assert "must have a whole number, or one of critical, high, normal, low. [bad-priority]" in (
        ran.err + ran.out
    )
