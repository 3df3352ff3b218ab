"""Processes that are alive and do nothing: the run ends nevertheless."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite
from tests.functional.test_retries import STARTS


@STARTS
@pytest.mark.parametrize("how", ["time.sleep(600)", "os.kill(os.getpid(), signal.SIGSTOP)"])
def test_a_session_that_does_not_end_is_an_error_of_its_last_test(
    suite: Suite, how: str, start: str
) -> None:
    """What a test may take, the end of an agent's session may take, too."""
    suite.write(
        test_it=f"""
        import os, pytest, signal, time

        @pytest.fixture(scope="session")
        def server():
            yield
            {how}

        def test_it(server): pass
        """
    )
    ran = suite.agents(1, "--agents-timeout=2", f"--agents-start={start}")
    assert ran.counts == {"passed": 1, "errors": 1}, str(ran)
    assert ran.incidents == ["agent-lost"]
    assert "its session did not end in 2 s" in ran.out


@pytest.mark.lenient  # Python warns of a process that nobody waits for.
@STARTS
def test_an_agent_that_is_stopped_between_tests_is_lost(suite: Suite, start: str) -> None:
    """No test tells its time; that it was stopped is seen, and others run what it had."""
    suite.write_text(
        "pyproject.toml",
        "[tool.agentorch.phases.unit]\ntests_per_agent = 1\n"
        "[tool.agentorch.phases.e2e]\nafter = ['unit']\nmax_agents = 2\ntests_per_agent = 1\n",
    )
    suite.write(
        tests__unit__test_a="""
        import subprocess, os, time

        def test_stops_its_agent_soon():
            command = f"sleep 1; kill -STOP {os.getpid()}"
            subprocess.Popen(["sh", "-c", command], start_new_session=True)

        def test_long(): time.sleep(3)
        """,
        tests__e2e__test_b="""
        import pytest

        @pytest.mark.parametrize("n", range(4))
        def test_b(n): pass
        """,
    )
    ran = suite.agents(2, f"--agents-start={start}")
    assert ran.counts == {"passed": 6}, str(ran)
    assert ran.incidents == ["agent-lost"]
    assert "it was stopped and did not go on" in ran.out


def test_a_zygote_that_is_stopped_is_lost(suite: Suite) -> None:
    """Agents are spawned then, and the suspect has its second chance."""
    suite.write(
        test_it="""
        import os, pathlib, signal

        def test_it():
            marker = pathlib.Path("seen")
            if not marker.exists():
                marker.touch()
                os.kill(os.getppid(), signal.SIGSTOP)
                os._exit(3)

        def test_other(): pass
        """
    )
    ran = suite.agents(1, "--agents-start=fork")
    assert ran.counts == {"passed": 2}, str(ran)
    assert sorted(ran.incidents) == ["agent-lost", "zygote-lost"]


@STARTS
def test_a_process_that_is_stopped_while_it_collects_is_replaced(suite: Suite, start: str) -> None:
    """As one that dies."""
    suite.write(
        test_it="""
        import os, pathlib, signal

        marker = pathlib.Path("seen")
        if not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGSTOP)

        def test_it(): pass
        """
    )
    ran = suite.agents(1, f"--agents-start={start}")
    assert ran.counts == {"passed": 1}, str(ran)
