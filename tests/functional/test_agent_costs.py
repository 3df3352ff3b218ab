"""Each agent tells what it has cost beside its tests."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.event import AgentDone
from tests.functional.running import Ran, Suite

CONFTEST = """
    import time
    import pytest

    @pytest.fixture(scope="session")
    def server():
        until = time.process_time() + 0.2
        while time.process_time() < until:
            pass
        time.sleep(0.3)

    @pytest.fixture
    def own():
        time.sleep(0.1)
"""


def costs(ran: Ran) -> list[AgentDone]:
    """The ends of the agents."""
    return [event for event in ran.events if isinstance(event, AgentDone)]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_what_each_process_sets_up_for_many_tests_is_told_once(suite: Suite, start: str) -> None:
    """How long it took, and how much of that was computing; not what each test has."""
    suite.write(
        conftest=CONFTEST,
        test_a="""
        import time

        def test_0(own): pass
        def test_1(own, server): pass
        def test_2(own, server): pass
        def test_3(server): time.sleep(0.1)
        """,
    )
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 4}, str(ran)
    (done,) = costs(ran)
    assert done.cost is not None
    (setup,) = done.cost.setups
    assert setup.test == 1
    assert setup.seconds > 0.5
    assert 0.2 <= setup.cpu_seconds < done.cost.cpu_seconds


def test_every_agent_pays_for_itself(suite: Suite) -> None:
    """All of them have computed."""
    suite.write(conftest=CONFTEST)
    suite.write(
        test_a="""
        import time
        import pytest

        @pytest.mark.parametrize("n", range(4))
        def test_it(server, n): time.sleep(0.5)
        """
    )
    ran = suite.agents(2)
    found = [done.cost for done in costs(ran) if done.cost is not None]
    assert len(found) == 2, str(ran)
    assert all(len(one.setups) == 1 and one.cpu_seconds >= 0.2 for one in found)
