"""Tests run on agents that have what they ask for."""

from __future__ import annotations

from tests.functional.running import Ran, Suite
from tests.functional.test_needs import STARTS

TABLE = """
[tool.agentorch.capabilities]
gpu = 1
vpn = ["gw1"]
disk = "all"

[tool.agentorch.phases.e2e]
capabilities = ["vpn"]
"""


def where(ran: Ran) -> dict[str, str]:
    """Who ran each test."""
    tests = ran.report["results"]["tests"]
    return {test["name"].partition("::")[2]: test["threadId"] for test in tests}


@STARTS
def test_a_test_runs_where_all_is_that_it_asks_for(suite: Suite, start: str) -> None:
    """By mark, by the phase, by both; an agent knows what it has, and one that replaces it does."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(
        test_a="""
        import os, pathlib, pytest

        HAS = {"gw0": {"gpu", "disk"}, "gw1": {"vpn", "disk"}, "gw2": {"disk"}}

        @pytest.fixture(autouse=True)
        def knows(agent_capabilities, worker_id, request):
            assert agent_capabilities == HAS[worker_id]
            assert set(os.environ["AGENTORCH_CAPABILITIES"].split(",")) == HAS[worker_id]
            assert set(request.config.workerinput["agent_capabilities"]) == HAS[worker_id]

        @pytest.mark.needs(capability="gpu")
        @pytest.mark.parametrize("n", range(6))
        def test_gpu(n): pass

        @pytest.mark.needs(capability=["disk", "gpu"])
        def test_die():
            if not os.path.exists("died"):
                pathlib.Path("died").touch()
                os._exit(1)

        @pytest.mark.phase("e2e")
        @pytest.mark.parametrize("n", range(3))
        def test_vpn(n): pass

        @pytest.mark.parametrize("n", range(6))
        def test_any(n): pass
        """
    )
    ran = suite.agents(3, f"--agents-start={start}")
    assert ran.counts == {"passed": 16}, str(ran)
    agents = where(ran)
    assert {agents[f"test_gpu[{n}]"] for n in range(6)} | {agents["test_die"]} == {"gw0"}
    assert {agents[f"test_vpn[{n}]"] for n in range(3)} == {"gw1"}
    assert ran.incidents == ["agent-lost"]


def test_without_agents_one_process_has_everything(suite: Suite) -> None:
    """It runs what any agent would."""
    suite.write_text("pyproject.toml", TABLE)
    ran = suite.write(
        test_a="""
        import pytest

        @pytest.mark.needs(capability="gpu")
        def test_all(agent_capabilities):
            assert agent_capabilities == {"gpu", "vpn", "disk"}
        """
    ).serial()
    assert ran.counts == {"passed": 1}, str(ran)


def test_what_no_agent_has_ends_the_run_before_it_begins(suite: Suite) -> None:
    """One message: who asks for what, and what there is."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(
        test_a="""
        import pytest

        def test_fine(): pass

        @pytest.mark.needs(capability="gpus")
        @pytest.mark.parametrize("n", range(3))
        def test_gpu(n): pass
        """
    )
    for more in ((), ("--agents-plan",)):
        ran = suite.agents(2, *more)
        assert ran.code == 4, str(ran)
        assert (
            'ERROR: test_a.py::test_gpu[0] (and 2 more) needs the capability "gpus", and no agent '
            'has that (of 2: gw0: disk gpu, gw1: disk vpn). Did you mean "gpu"? Say in '
            "[tool.agentorch.capabilities] which agents have what. [missing-capability]"
        ) in ran.err + ran.out


def test_the_plan_shows_who_has_what_and_who_asks_for_it(suite: Suite) -> None:
    """For agents, phases and tests."""
    suite.write_text("pyproject.toml", TABLE)
    suite.write(
        test_a="""
        import pytest

        @pytest.mark.needs(capability="gpu")
        def test_gpu(): pass
        """
    )
    ran = suite.agents(2, "--agents-plan", "-v", "--agents-dist=capability")
    assert "distributed by: capability" in ran.lines
    assert "capabilities: gw0 disk, gpu; gw1 disk, vpn" in ran.lines
    asks = "test_a.py::test_gpu  (default: nothing says otherwise)  needs capability gpu"
    assert f"  {asks}" in ran.lines, str(ran)
