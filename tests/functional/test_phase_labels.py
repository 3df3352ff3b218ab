"""The name of a phase is before the dots of its tests, and of no others."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.functional.running import Ran, Suite

PHASES = """
    [tool.agentorch.phases.unit]
    tests_per_agent = 1
    [tool.agentorch.phases.e2e]
    after = ["unit"]
    max_agents = {agents}
    tests_per_agent = 1
"""
UNIT = """
    import pytest

    @pytest.mark.parametrize("n", range(9))
    def test_unit(n): pass
"""
E2E = UNIT.replace("unit", "e2e").replace("9", "5")
SLOW = """
    import pytest, time

    @pytest.fixture(scope="session", autouse=True)
    def stock():
        yield
        time.sleep(0.5)
"""


def dots(ran: Ran) -> Counter[str]:
    """How many tests stand behind each name."""
    found: Counter[str] = Counter()
    for line in ran.lines:
        match = re.match(r"(unit|e2e) ([.EF]+) ", line)
        if match is not None:
            found[match[1]] += len(match[2])
    return found


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize("agents", [1, 3])
def test_the_last_test_of_an_agent_stands_behind_its_own_phase(
    suite: Suite, start: str, agents: int
) -> None:
    """It is told when its agent goes on, or has ended its session, which may take long."""
    suite.write_text("pyproject.toml", PHASES.format(agents=agents))
    suite.write(unit__test_unit=UNIT, e2e__test_e2e=E2E, conftest=SLOW)
    ran = suite.agents(3, f"--agents-start={start}")
    assert ran.counts == {"passed": 14}, str(ran)
    assert dots(ran) == {"unit": 9, "e2e": 5}, str(ran)
