"""What each phase covers, and what only it covers, is told by the report and the terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pytest_agentorch.model.coverage_event import CoverageMeasured
from tests.functional.running import Ran, Suite
from tests.functional.test_coverage import STARTS

CODE = """
    def price(count, vip):
        total = (3 *
                 count)
        if (vip and
                count):
            total -= 1
        return total

    def refund(count):
        return -3 * count

    def never(count):
        return count
"""

UNIT = """
    import pytest
    import shop

    @pytest.mark.parametrize("n", range(4))
    def test_price(n):
        assert shop.price(n, False) == 3 * n

    def test_refund():
        assert shop.refund(1) == -3
"""

E2E = """
    import os, signal
    from pathlib import Path
    import pytest
    import shop

    @pytest.mark.parametrize("n", range(1, 5))
    def test_vip(n):
        assert shop.price(n, True) == 3 * n - 1

    @pytest.mark.skipif("KILL" not in os.environ, reason="nobody wants it")
    def test_killed():
        shop.never(1)
        if not Path("killed").exists():
            Path("killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
"""

CONFIGURATION = """
    [tool.pytest.ini_options]
    pythonpath = ["."]

    [tool.agentorch.phases.unit]
    paths = ["test_unit*"]

    [tool.agentorch.phases.e2e]
    paths = ["test_e2e*"]
    after = ["unit"]
    parallelism = "maximum"

    [tool.coverage.run]
    branch = true
"""

COUNTS = ("lines", "only_lines", "branches", "only_branches", "functions", "only_functions")
ARGS = ("--agents-cov=shop", "-p", "no:timeout")


@pytest.fixture
def shop(suite: Suite) -> Suite:
    """Two phases, each with a file of tests, and functions that both, one or none of them calls."""
    suite.write(shop=CODE, test_unit=UNIT, test_e2e=E2E)
    return suite.write_text("pyproject.toml", CONFIGURATION)


def coverage(ran: Ran) -> dict[str, Any]:
    """What the report says of it."""
    found: dict[str, Any] = ran.ours["coverage"]
    return found


def counts(ran: Ran, parts: str = "phases") -> dict[str, tuple[int, ...]]:
    """What each part has covered."""
    return {one["name"]: tuple(one[name] for name in COUNTS) for one in coverage(ran)[parts]}


@STARTS
@pytest.mark.parametrize("agents", [1, 2])
def test_each_phase_is_told_what_only_it_covers(shop: Suite, start: str, agents: int) -> None:
    """The same in both ways to start, although modules are imported elsewhere then."""
    ran = shop.agents(agents, f"--agents-start={start}", *ARGS)
    assert ran.code == 0, str(ran)
    assert counts(ran) == {"unit": (4, 1, 1, 1, 2, 1), "e2e": (4, 1, 1, 1, 1, 0)}, str(ran)
    found = coverage(ran)
    assert found["imports"]["lines"] == found["imports"]["only_lines"] == 3
    assert found["lines"] == {"covered": 8, "total": 9, "percent": 88.888889}
    assert found["branches"] == {"covered": 2, "total": 2, "percent": 100.0}
    assert found["functions"] == {"covered": 2, "total": 3, "percent": 66.666667}
    assert found["gaps"] == [{"file": "shop.py", "lines": 1}]
    at = ran.lines.index(
        "covered by          lines    only      branches    only  functions    only"
    )
    assert ran.lines[at + 1 : at + 5] == [
        "unit              4  44 %       1       1  50 %       1          2       1",
        "e2e               4  44 %       1       1  50 %       1          1       0",
        "(imports)         3  33 %       3       0   0 %       0          0       0",
        "all               8  88 %               2 100 %                  2",
    ]


@STARTS
def test_what_a_killed_agent_had_covered_counts(shop: Suite, start: str) -> None:
    """By its phase and by its slot; the process after it goes on there."""
    ran = shop.agents(1, f"--agents-start={start}", *ARGS, env={"KILL": "1"})
    assert ran.incidents == ["agent-lost"], str(ran)
    assert counts(ran) == {"unit": (4, 1, 1, 1, 2, 1), "e2e": (5, 2, 1, 1, 2, 1)}, str(ran)
    assert counts(ran, "agents") == {"gw0": (6, 6, 2, 2, 3, 3)}


@pytest.mark.parametrize("way", ["whole", "stopped"])
def test_it_is_an_event(shop: Suite, way: str) -> None:
    """From which all reports are made; also of a run that was stopped."""
    if way == "stopped":
        shop.write(test_unit=UNIT.replace("== -3", "== 3"))
    ran = shop.agents(1, "-x", *ARGS)
    (event,) = [event for event in ran.events if isinstance(event, CoverageMeasured)]
    assert event.coverage.lines.covered == coverage(ran)["lines"]["covered"]
    assert list(counts(ran)) == (["unit"] if way == "stopped" else ["unit", "e2e"]), str(ran)
    assert any("covered by" in line for line in ran.lines) == (way == "whole")


def test_with_q_there_is_no_table(shop: Suite) -> None:
    """The report has it all the same."""
    ran = shop.agents(2, "-q", *ARGS)
    assert not any("covered by" in line for line in ran.lines), str(ran)
    assert len(counts(ran)) == 2
    assert shop.agents(2).ours["coverage"] is None


def test_a_file_that_is_called_otherwise_in_the_end(shop: Suite) -> None:
    """`[paths]` and `relative_files` are heeded."""
    shop.write(installed__shop=CODE)
    (shop.folder / "shop.py").unlink()
    shop.write(src__shop=CODE)
    more = 'relative_files = true\n\n[tool.coverage.paths]\nall = ["src", "installed"]\n'
    text = CONFIGURATION.replace('pythonpath = ["."]', 'pythonpath = ["installed"]')
    shop.write_text("pyproject.toml", text)
    with (shop.folder / "pyproject.toml").open("a") as file:
        file.write(more)
    ran = shop.agents(2, *ARGS)
    assert counts(ran) == {"unit": (4, 1, 1, 1, 2, 1), "e2e": (4, 1, 1, 1, 1, 0)}, str(ran)
    assert coverage(ran)["gaps"] == [{"file": "src/shop.py", "lines": 1}]


def test_the_totals_are_those_of_coverage(shop: Suite) -> None:
    """Of lines alone, too; and that there is little is said."""
    shop.write_text("pyproject.toml", CONFIGURATION.replace("branch = true", "branch = false"))
    more = "".join(f"    def line_{n}():\n        return {n}\n" for n in range(30))
    shop.write(shop=CODE + more)
    ran = shop.agents(2, *ARGS, "--agents-cov-report=json")
    totals = json.loads(ran.text("coverage.json"))["totals"]
    found = coverage(ran)
    assert found["branches"] is None
    assert found["lines"]["covered"] == totals["covered_lines"] == 38
    assert found["lines"]["total"] == totals["num_statements"] == 69
    assert found["percent"] == pytest.approx(totals["percent_covered"])
    assert [one["slug"] for one in ran.ours["recommendations"]] == ["low-coverage"], str(ran)
    ran = shop.agents(2, *ARGS, "--agents-cov-fail-under=50")
    assert (ran.code, ran.ours["recommendations"]) == (0, [])
