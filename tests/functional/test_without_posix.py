"""Windows has no fork, no process groups and few signals: nothing of ours asks for them there.

That is checked where tests run: in interpreters from which these names have been taken away.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import pytest_agentorch
from tests.functional.running import LIMIT_SECONDS, Ran, Suite, assert_same_verdicts

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="takes away what Linux has")

ROOT = Path(__file__).parents[2]
SITE = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.functional.without_posix import hide
sys.path.remove({str(ROOT)!r})
hide()
"""

MACOS = """
import sys, sysconfig
import psutil

sysconfig.get_config_vars()
sys.platform = "darwin"
"""
"""A plugin: from now on this is macOS, but for what needs the real system."""


def assert_no_noise(ran: Ran) -> None:
    """Nobody is told what they did not ask for and cannot change."""
    assert "agents: spawned" not in ran.out, str(ran)
    assert ran.err == ""
    assert ran.incidents == []
    assert ran.ours["start_reasons"] == []


def test_every_module_can_be_imported() -> None:
    """No import and no default needs what is not there."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.functional.without_posix"],
        cwd=ROOT,
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()
    package = Path(pytest_agentorch.__file__).parent
    modules = [path for path in package.rglob("*.py") if path.name != "__main__.py"]
    # The package itself is no module of its own.
    assert ended.stdout.decode() == f"{len(modules) - 1} modules\n"


def test_a_run_spawns_its_agents(suite: Suite) -> None:
    """With the verdicts of one process; an agent that dies is told as what it was."""
    suite.write_text("site/sitecustomize.py", SITE)
    suite.write(
        test_it="""
        import os, pytest

        def test_there_is_no_fork(): assert not hasattr(os, "fork")
        def test_fails(): assert 0
        @pytest.mark.parametrize("n", range(6))
        def test_passes(n, tmp_path): (tmp_path / "x").write_text(str(n))
        """,
        test_death="""
        import os

        def test_dies():
            if "PYTEST_XDIST_WORKER" in os.environ: os._exit(7)
        """,
    )
    env = {"PYTHONPATH": str(suite.folder / "site"), "USER": "somebody"}
    serial = suite.serial("test_it.py", env=env)
    agents = suite.agents(2, "test_it.py", env=env)
    assert_same_verdicts(serial, agents)
    assert any(line.startswith("agents: up to 2, spawn start") for line in agents.lines)
    assert_no_noise(agents)

    died = suite.agents(2, "test_death.py", env=env)
    assert died.counts == {"failed": 1}
    assert "ended with exit code 7 while it ran this test" in died.out, str(died)


def test_a_fork_that_was_asked_for_is_refused(suite: Suite) -> None:
    """One line, before anything is started."""
    suite.write_text("site/sitecustomize.py", SITE)
    suite.write(test_it="def test_it(): pass")
    ran = suite.run(
        "--agents=2",
        "--agents-start=fork",
        env={"PYTHONPATH": str(suite.folder / "site"), "USER": "somebody"},
    )
    assert ran.code == 4
    assert "agents cannot be forked" in ran.err
    assert "[fork-impossible]" in ran.err


def test_on_macos_agents_are_spawned_and_nobody_is_told(suite: Suite) -> None:
    """A fork is there, and its own libraries do not survive it."""
    suite.write_text("mac.py", MACOS)
    suite.write(
        test_it="""
        import os, sys, pytest

        def test_the_system(): assert sys.platform == "darwin" and hasattr(os, "fork")
        @pytest.mark.parametrize("n", range(4))
        def test_passes(n): pass
        """
    )
    agents = suite.agents(2, "-p", "mac")
    assert agents.counts == {"passed": 5}, str(agents)
    assert_no_noise(agents)
