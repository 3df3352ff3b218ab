"""Where the number of agents comes from, and when there are none."""

from __future__ import annotations

import pytest

from tests.functional.running import Ran, Suite

WHERE = """
    import os, pathlib, time, pytest

    # Each test lasts until so many agents have come.
    @pytest.mark.parametrize("n", range(4))
    def test_where(n):
        folder = pathlib.Path("workers")
        folder.mkdir(exist_ok=True)
        (folder / os.environ.get("PYTEST_XDIST_WORKER", "master")).touch()
        wanted = int(os.environ.get("WANTED", "1"))
        for _ in range(3000):
            if len(list(folder.iterdir())) >= wanted:
                return
            time.sleep(0.01)
        raise AssertionError("they never came")
"""


def workers(ran: Ran) -> set[str]:
    """Who ran tests."""
    folder = ran.suite / "workers"
    found = {path.name for path in folder.iterdir()}
    for path in folder.iterdir():
        path.unlink()
    return found


def test_without_any_setting_it_is_plain_pytest(suite: Suite) -> None:
    """No agent, no line of ours, no run directory."""
    suite.write(test_where=WHERE)
    ran = suite.run()
    assert workers(ran) == {"master"}
    assert "agents:" not in ran.out
    assert ran.run_directories == []


def test_the_environment_asks_for_agents(suite: Suite) -> None:
    """`PYTEST_AGENTS=2`."""
    suite.write(test_where=WHERE)
    ran = suite.run(env={"PYTEST_AGENTS": "2", "WANTED": "2"})
    assert ran.code == 0, str(ran)
    assert workers(ran) == {"gw0", "gw1"}


def test_the_configuration_asks_for_agents(suite: Suite) -> None:
    """`agents` in `[tool.agentorch]` of pyproject.toml, as a number or a string."""
    suite.write(test_where=WHERE)
    for value in ("2", '"2"'):
        suite.write_text("pyproject.toml", f"[tool.agentorch]\nagents = {value}\n")
        ran = suite.run(env={"WANTED": "2"})
        assert ran.code == 0, str(ran)
        assert workers(ran) == {"gw0", "gw1"}


def test_the_command_line_beats_the_environment_which_beats_the_configuration(
    suite: Suite,
) -> None:
    """Three settings, one after the other."""
    suite.write(test_where=WHERE).write_text("pyproject.toml", "[tool.agentorch]\nagents = 3\n")
    ran = suite.run(env={"PYTEST_AGENTS": "2", "WANTED": "2"})
    assert workers(ran) == {"gw0", "gw1"}
    ran = suite.run("--agents=1", env={"PYTEST_AGENTS": "2"})
    assert workers(ran) == {"gw0"}


@pytest.mark.parametrize(
    ("args", "env"), [(["--agents=0"], {"PYTEST_AGENTS": "2"}), ([], {"PYTEST_AGENTS": "0"})]
)
def test_zero_agents_is_plain_pytest(suite: Suite, args: list[str], env: dict[str, str]) -> None:
    """On the command line and in the environment, whatever the weaker settings say."""
    suite.write(test_where=WHERE).write_text("pyproject.toml", "[tool.agentorch]\nagents = 2\n")
    ran = suite.run(*args, env=env)
    assert ran.code == 0
    assert workers(ran) == {"master"}
    assert "agents:" not in ran.out
    assert ran.run_directories == []


def test_auto_and_logical_are_numbers(suite: Suite) -> None:
    """The header shows what they have become."""
    suite.write(test_where=WHERE)
    for asked in ("auto", "logical"):
        ran = suite.agents(1, f"--agents={asked}")
        assert ran.code == 0, str(ran)
        assert ran.ours["asked"] == asked
        assert f"agents: up to {ran.ours['agents_allowed']}" in ran.out
        assert ran.ours["agents_allowed"] >= 1


def test_a_conftest_decides_what_auto_is(suite: Suite) -> None:
    """Xdist's own hook is heard."""
    suite.write(
        test_where=WHERE,
        conftest="""
        def pytest_xdist_auto_num_workers(config):
            return 1
        """,
    )
    ran = suite.agents(2, "--agents=auto")
    assert workers(ran) == {"gw0"}
    assert ran.ours["agents_allowed"] == 1


def test_never_more_agents_than_tests(suite: Suite) -> None:
    """One test: only gw0 starts."""
    suite.write(
        test_one="def test_one(): pass",
        conftest="""
        def pytest_sessionstart(session):
            worker = getattr(session.config, "workerinput", {}).get("workerid", "controller")
            with open("started.txt", "a") as file:
                file.write(f"{worker}\\n")
        """,
    )
    ran = suite.agents(8)
    assert ran.counts == {"passed": 1}
    assert sorted(ran.words("started.txt")) == ["controller", "gw0"]


@pytest.mark.parametrize("flag", ["--pdb", "--trace", "--setup-show", "--setup-only"])
def test_what_needs_one_process_runs_in_it_with_a_note(suite: Suite, flag: str) -> None:
    """A debugger wants the terminal: no agents, and a line that says so."""
    suite.write(
        test_it="""
        import os

        def test_it():
            assert "PYTEST_XDIST_WORKER" not in os.environ
        """
    )
    ran = suite.run("--agents=2", flag)
    assert f"agents: none, {flag} runs the tests in this process" in ran.out, str(ran)
    assert ran.run_directories == []


def test_pdb_stops_in_this_process(suite: Suite) -> None:
    """A failing test opens the debugger, with the frame of the test."""
    suite.write(test_it="def test_it():\n    word = 'here'\n    assert word == 'there'\n")
    ran = suite.run("--agents=2", "--pdb")
    assert "(Pdb)" in ran.out, str(ran)
    assert "-> assert word == 'there'" in ran.out


@pytest.mark.parametrize(
    "flag", ["--collect-only", "--fixtures", "--markers", "--setup-plan", "--version", "--help"]
)
def test_what_only_looks_needs_no_agents(suite: Suite, flag: str) -> None:
    """The same output as without agents, no note."""
    suite.write(test_it="def test_it(): pass")
    plain, agents = suite.run("-q", flag), suite.run("-q", "--agents=2", flag)
    assert agents.code == plain.code == 0

    def stable(ran: Ran) -> list[str]:
        return [line.partition(" in 0")[0] for line in ran.lines]

    assert stable(agents) == stable(plain)
    assert agents.run_directories == []


def test_our_marks_and_options_are_documented(suite: Suite) -> None:
    """`--help` and `--markers` know them."""
    helped = suite.run("--help").out
    for option in ("--agents=N", "--agents-dist", "--agents-plan", "--agents-crash"):
        assert option in helped
    assert "@pytest.mark.phase(name)" in suite.run("--markers").out


def test_a_pytest_that_a_test_starts_has_no_agents_of_its_own(suite: Suite) -> None:
    """The agents' environment does not ask for agents."""
    suite.write(
        test_outer="""
        import os, subprocess, sys

        def test_outer():
            assert "PYTEST_AGENTS" not in os.environ
            command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "inner.py"]
            done = subprocess.run(command, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
            assert "agents:" not in done.stdout
        """,
        inner="def test_inner(): pass",
    )
    ran = suite.run(env={"PYTEST_AGENTS": "1"})
    assert ran.code == 0, str(ran)


@pytest.mark.parametrize("name", ["agentorch", "pytest_agentorch.plugin"])
def test_the_plugin_may_be_named_twice(suite: Suite, name: str) -> None:
    """Under `-p` and as an entry point it registers once."""
    suite.write(test_it="def test_it(): pass")
    ran = suite.agents(1, "-p", name)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 1}


def test_the_plugin_works_without_entry_points(suite: Suite) -> None:
    """`PYTEST_DISABLE_PLUGIN_AUTOLOAD=1` and `-p`: then xdist is not there either."""
    suite.write(test_where=WHERE)
    ran = suite.agents(
        2,
        "-p",
        "pytest_agentorch.plugin",
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "WANTED": "2"},
    )
    assert ran.code == 0, str(ran)
    assert workers(ran) == {"gw0", "gw1"}
